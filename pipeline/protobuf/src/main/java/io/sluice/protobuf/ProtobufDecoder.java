package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Schemas;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes messages in one pass over their bytes. What one pass cannot read, or does not accept, is
 * read once more with each message normalized: so a value that a later one replaces is never the
 * reason of a dead letter.
 */
final class ProtobufDecoder implements ValueDecoder {
  private static final int MOST_KEPT = 200;

  private final DecodeEvents events;
  private final MessageTypes types;
  private final RowConverter row;
  private final UnknownNames unknown;
  private final Plans plans;
  private final Wire in;

  private final Map<Descriptor, MessagePlan> byType =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Descriptor, MessagePlan> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private @Nullable Descriptor lastType;
  private @Nullable MessagePlan lastPlan;

  ProtobufDecoder(Contract contract, Schemas schemas, DecodeEvents events) {
    this.events = events;
    this.types = new MessageTypes(contract, schemas);
    this.row = new RowConverter(contract);
    this.unknown = new UnknownNames(contract.unknownFields() == UnknownFields.DEAD_LETTER);
    this.plans = new Plans(unknown, contract.maxDepth());
    this.in = new Wire(contract.maxDepth());
  }

  @Override
  public Outcome decode(RecordBytes record) {
    Outcome outcome;
    unknown.clear();
    try {
      outcome = message(plan(types.of(record, in)));
    } catch (Rejection e) {
      outcome = new Outcome.Rejected(e);
    }
    unknown.publish(events);
    return outcome;
  }

  private MessagePlan plan(Descriptor type) throws Rejection {
    MessagePlan last = lastPlan;
    if (last != null && type == lastType) {
      return last;
    }
    MessagePlan plan = byType.get(type);
    if (plan == null) {
      plan = plans.of(type, row.document());
      byType.put(type, plan);
    }
    lastType = type;
    lastPlan = plan;
    return plan;
  }

  private Outcome message(MessagePlan plan) throws Rejection {
    byte[] array = in.array();
    int start = in.at();
    int end = in.end();
    try {
      return read(plan);
    } catch (NotInOnePass | Rejection e) {
      in.begin(array, start, end, true);
    }
    unknown.clear();
    try {
      return read(plan);
    } catch (NotInOnePass e) {
      throw new IllegalStateException("a message that was normalized", e);
    }
  }

  private Outcome read(MessagePlan plan) throws Rejection, NotInOnePass {
    row.begin();
    plan.read(in);
    return new Outcome.Accepted(row.finish());
  }
}
