package io.sluice.protobuf;

import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How messages of a type are read into the place of a contract that wants them. There is one for
 * each place, so none is in use twice at a time.
 */
final class MessagePlan {
  /** Fields of a number below are looked up in an array. */
  private static final int MOST_SMALL = 256;

  /** So many different numbers of a message that its type does not have are told apart. */
  private static final int MOST_UNKNOWN = 16;

  private final Fields to;
  private final FieldPlan[] small;
  private final Map<Integer, FieldPlan> others = new HashMap<>();
  private final FieldPlan[] missed;
  private final UnknownNames unknown;
  private final boolean isTooDeep;
  private final int maxDepth;

  /** Counts the messages that were read: fields know by it whether they have come in this one. */
  private long message;

  private final int[] unknownNumbers = new int[MOST_UNKNOWN];
  private int unknownCount;

  /**
   * @param depth of the message, 1 of the record's own
   */
  MessagePlan(List<FieldPlan> fields, Fields to, UnknownNames unknown, int depth, int maxDepth) {
    this.to = to;
    int most = -1;
    for (FieldPlan field : fields) {
      if (field.number < MOST_SMALL) {
        most = Math.max(most, field.number);
      } else {
        others.put(field.number, field);
      }
    }
    this.small = new FieldPlan[most + 1];
    fields.stream().filter(f -> f.number < MOST_SMALL).forEach(f -> small[f.number] = f);
    this.missed = fields.stream().filter(FieldPlan::isMissed).toArray(FieldPlan[]::new);
    this.unknown = unknown;
    this.isTooDeep = depth > maxDepth;
    this.maxDepth = maxDepth;
  }

  /** The field of a number; null where the type has none. */
  @Nullable FieldPlan field(int number) {
    return number < small.length ? small[number] : others.get(number);
  }

  /**
   * Reads a message, which is all that there is up to the end.
   *
   * @throws NotInOnePass where it, or one in it, is to be normalized first
   */
  void read(Wire in) throws Rejection, NotInOnePass {
    if (isTooDeep) {
      throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
    }
    if (!in.normalizes()) {
      readFields(in);
      return;
    }
    byte[] outer = in.array();
    int end = in.end();
    byte[] normal = Normalizer.normal(this, in);
    in.read(normal, 0, normal.length);
    readFields(in);
    in.read(outer, end, end);
  }

  private void readFields(Wire in) throws Rejection, NotInOnePass {
    long message = ++this.message;
    unknownCount = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      FieldPlan field = field(tag >>> 3);
      if (field == null || !field.isBegunBy(tag)) {
        in.skip(tag);
        addUnknown(tag >>> 3);
        continue;
      }
      try {
        if (field.isValue(in)) {
          field.read(in, tag, field.isSeen(message));
          field.setSeen(message);
        } else {
          in.skip(tag);
          unknown.add(to.pathOf(field.name));
        }
      } catch (Rejection e) {
        throw e.within(field.name);
      }
    }
    for (FieldPlan field : missed) {
      if (!field.isSeen(message)) {
        try {
          field.absent();
        } catch (Rejection e) {
          throw e.within(field.name);
        }
      }
    }
  }

  private void addUnknown(int number) throws Rejection {
    for (int i = 0; i < unknownCount; i++) {
      if (unknownNumbers[i] == number) {
        return;
      }
    }
    if (unknownCount < MOST_UNKNOWN) {
      unknownNumbers[unknownCount++] = number;
    }
    String name = "#" + number;
    try {
      unknown.add(to.pathOf(name));
    } catch (Rejection e) {
      throw e.within(name);
    }
  }
}
