package io.sluice.protobuf;

import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeEvents;
import java.util.ArrayList;
import java.util.List;

/** The fields of a record that the contract does not name. */
final class UnknownNames {
  /** Of one record: what is made of nothing else is not to cost more than it is worth. */
  private static final int MOST = 1000;

  private final boolean isRefused;
  private final List<String> paths = new ArrayList<>();

  /**
   * @param isRefused whether a record with one is a dead letter
   */
  UnknownNames(boolean isRefused) {
    this.isRefused = isRefused;
  }

  void clear() {
    paths.clear();
  }

  void add(String path) throws Rejection {
    if (paths.size() < MOST) {
      paths.add(path);
    }
    if (isRefused) {
      throw new Rejection(Reason.UNKNOWN_FIELD, "", "the contract does not name this field");
    }
  }

  void publish(DecodeEvents events) {
    for (int i = 0; i < paths.size(); i++) {
      events.unknownField(paths.get(i));
    }
  }
}
