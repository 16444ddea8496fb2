package io.sluice.source;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Where records come from. The one promise that all others rest on: a position, which is a {@link
 * SourceId}, a partition and an offset, always names the same record, for a job and for whoever
 * reads beside it.
 *
 * <p>A source is immutable, and nothing is asked before one of its methods is called.
 */
public interface Source {
  /** What is read, as messages call it: a topic's name. */
  String name();

  /** Where it is, as messages call it. */
  String address();

  /**
   * What has to be in order before {@link #open} can be of use, each with the one before it in
   * order; for whoever looks whether a run could start.
   */
  List<Probe> probes();

  /**
   * Reads beside a job, or before one starts.
   *
   * @throws io.sluice.UserException where the settings cannot be used
   */
  SourceReader open();

  /**
   * Reads all records from some offsets on, for as long as the job runs: each once, those of a
   * partition in order, each with its position. A checkpoint holds how far it has come. An offset
   * that is not there any more fails the job; it is never jumped.
   */
  default PTransform<PBegin, PCollection<RecordBatch>> read(From from) {
    return read(from, List.of());
  }

  /**
   * The same of this source and of others, in one step that has the readers, and the memory, of
   * one. A record has the identity of the source that it is of.
   *
   * @param others of this kind and in this place, each another one
   * @throws io.sluice.UserException where they cannot be read in one step
   */
  PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others);

  /**
   * The same source, beside which a job says what fits some rules of its contracts and is not read.
   *
   * @param rules as contracts have them, see {@link io.sluice.contract.Family}
   * @param leftOut what fits and can have no table by them, so that no other start reads it
   */
  default Source watching(Set<String> rules, Set<String> leftOut) {
    return this;
  }

  /** A source, and from where on it is read. */
  record Reading(Source source, From from) {}

  /**
   * Something to look at.
   *
   * @param look says what was found; throws where it is not in order
   * @param remedy what to do then, besides what the error says
   * @param otherwise why nothing behind it can be looked at then
   */
  record Probe(String name, String remedy, Supplier<String> look, String otherwise) {}

  /**
   * From where on a job reads.
   *
   * @param id as a {@link SourceReader} has said
   * @param offsets the first offset of each partition; one that is not here is not read
   * @param gone how many offsets of a partition an earlier run was to read that are not there any
   *     more
   * @param watermarkDelay how far a partition's watermark stays behind its newest record
   */
  record From(
      SourceId id,
      TreeMap<Integer, Long> offsets,
      TreeMap<Integer, Long> gone,
      Duration watermarkDelay) {}
}
