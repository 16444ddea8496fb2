package io.sluice.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.contract.Contract;
import io.sluice.convert.Rejection;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Schemas;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes generic documents of a contract's records, by the library's own reader: with the names of
 * the schema, and what absent fields without presence are. Not safe for use by several threads.
 */
final class Documents {
  private final Contract contract;
  private final Schemas schemas;
  private final MessageTypes types;
  private final Nodes nodes;
  private final Wire in;

  Documents(Contract contract, Schemas schemas) {
    this.contract = contract;
    this.schemas = schemas;
    this.types = new MessageTypes(contract, schemas);
    this.nodes = new Nodes(contract.maxDepth());
    this.in = new Wire(contract.maxDepth());
  }

  boolean isOf(Contract contract, Schemas schemas) {
    return this.contract == contract && this.schemas == schemas;
  }

  private record Alone(byte[] array) implements RecordBytes {
    @Override
    public boolean hasValue() {
      return true;
    }

    @Override
    public int valueStart() {
      return 0;
    }

    @Override
    public int valueLength() {
      return array.length;
    }

    @Override
    public byte @Nullable [] key() {
      return null;
    }
  }

  /** The document of a record's value; empty where it is none. */
  Optional<JsonNode> of(byte[] value) {
    try {
      Descriptor type = types.of(new Alone(value), in);
      DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
      message.mergeFrom(in.array(), in.at(), in.end() - in.at());
      return Optional.of(nodes.object(message.buildPartial()));
    } catch (Rejection | InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
