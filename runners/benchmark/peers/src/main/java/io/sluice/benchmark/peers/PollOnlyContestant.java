package io.sluice.benchmark.peers;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** The floor: records are polled and counted, and nothing else. */
public final class PollOnlyContestant {
  private PollOnlyContestant() {}

  public static void main(String[] args) {
    Contest.main(args, PollOnlyContestant::run);
  }

  private static void run(Contest contest) throws InterruptedException, ExecutionException {
    AtomicLong allBytes = new AtomicLong();
    long records = PartitionLoops.run(contest, thread -> new Bytes(allBytes));
    long at = System.currentTimeMillis();
    if (allBytes.get() == 0) {
      throw new IllegalStateException("records without a byte");
    }
    contest.done(at, records);
  }

  private static final class Bytes implements PartitionLoops.Handler {
    private final AtomicLong all;
    private long bytes;

    Bytes(AtomicLong all) {
      this.all = all;
    }

    @Override
    public void handle(byte[] value) {
      bytes += value.length;
    }

    @Override
    public void close() {
      all.addAndGet(bytes);
    }
  }
}
