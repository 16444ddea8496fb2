package io.sluice.local;

import io.sluice.audit.AuditReport;
import java.io.PrintStream;
import java.util.List;
import java.util.function.LongConsumer;

/** The events of a demo that runs, and what makes them. */
public interface DemoEvents extends AutoCloseable {
  /** What a verb needs beside the topic to decode them. */
  List<String> flags();

  /**
   * Makes those that are not made yet. Returns once the topic has all.
   *
   * @param rate how many a second; 0: as fast as they can be made
   * @param made is told how many there are, those of before among them
   */
  void make(double rate, LongConsumer made) throws Exception;

  /**
   * Compares what was made with what the lake has, beyond what the audit proves.
   *
   * @param report the audit's
   * @param out for what is found
   * @return whether it is the same
   */
  boolean compare(AuditReport report, PrintStream out) throws Exception;

  /**
   * For a shell, how to reach what runs beside Kafka and S3; a line each, without comments, which
   * zsh does not take where lines are typed.
   */
  List<String> served();
}
