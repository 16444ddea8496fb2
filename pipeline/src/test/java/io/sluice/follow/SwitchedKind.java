package io.sluice.follow;

import io.sluice.UserException;
import io.sluice.lake.LakeTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.beam.sdk.options.PipelineOptions;

/** The follower of lists in a database that a test takes away and gives back. */
public final class SwitchedKind implements FollowerKind {
  static final String NAME = "switched";

  /** What becomes of a call to the database. */
  interface Fate {
    void meet() throws Exception;
  }

  private static final Map<String, ListFollower.Database> DATABASES = new ConcurrentHashMap<>();
  private static volatile Fate fate = () -> {};

  /** A database for each table; all are empty, and answer. */
  public static void reset() {
    DATABASES.clear();
    fate = () -> {};
  }

  static void answers(Fate now) {
    fate = now;
  }

  public static void isAway() {
    fate =
        () -> {
          throw new IOException("the database is away; start it");
        };
  }

  /** Somebody has to mend something before it answers. */
  public static void refuses() {
    fate =
        () -> {
          throw new UserException("the database is somebody else's; name another");
        };
  }

  /** Until it is let go, each call waits. */
  static CountDownLatch hangs(CountDownLatch isCalled) {
    CountDownLatch letGo = new CountDownLatch(1);
    fate =
        () -> {
          isCalled.countDown();
          letGo.await();
        };
    return letGo;
  }

  static ListFollower.Database database(String table) {
    return DATABASES.computeIfAbsent(table, name -> new ListFollower.Database());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "A database that tests switch on and off.";
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) {
    return new ListFollower(
        database(table.table().name()),
        () -> {
          try {
            fate.meet();
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        }) {
      @Override
      public Optional<Maintenance> maintenance() {
        return Optional.of(
            request -> {
              steps.step();
              return new Maintenance.Result(table.table().name(), 0, 0, 0, 0, 0, 0, List.of());
            });
      }
    };
  }
}
