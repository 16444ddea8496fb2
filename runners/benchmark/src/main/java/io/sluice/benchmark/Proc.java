package io.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a process.
 *
 * @param cpuSeconds of user and system time so far
 * @param resident bytes of resident memory
 * @param peakResident the most of it so far
 */
record Proc(double cpuSeconds, long resident, long peakResident) {
  /** The kernel's unit of CPU time in /proc, USER_HZ: 100 a second on Linux of every build. */
  private static final double TICKS = 100;

  /**
   * Reads /proc.
   *
   * @throws IOException where the process is gone
   */
  static Proc read(long pid) throws IOException {
    Path folder = Path.of("/proc", String.valueOf(pid));
    String stat = Files.readString(folder.resolve("stat"));
    // The name, in brackets, may hold spaces; utime and stime are the 14th and 15th fields.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long resident = 0;
    long peak = 0;
    for (String line : Files.readAllLines(folder.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = bytes(line);
      } else if (line.startsWith("VmHWM:")) {
        peak = bytes(line);
      }
    }
    return new Proc(
        (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS, resident, peak);
  }

  /** Of a line in kB. */
  private static long bytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
  }
}
