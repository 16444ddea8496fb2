package io.sluice.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads a message into a place whose names are data, a map or JSON: by the library, as a document,
 * since no plan knows what is asked for.
 */
final class AnyReader extends ValueReader {
  /** Of messages within one another; maps and what is in JSON need more than one for a level. */
  private static final int MOST_NESTED = 1000;

  private final Descriptor type;
  private final Converter to;
  private final int group;
  private final int depth;
  private final int maxDepth;
  private final Nodes nodes;

  /**
   * @param group as {@link Wire#enter} has it
   * @param depth of the message's fields
   */
  AnyReader(Descriptor type, Converter to, int group, int depth, int maxDepth) {
    this.type = type;
    this.to = to;
    this.group = group;
    this.depth = depth;
    this.maxDepth = maxDepth;
    this.nodes = new Nodes(maxDepth);
  }

  @Override
  boolean read(Wire in) throws Rejection {
    int outer = in.enter(group);
    CodedInputStream bytes = CodedInputStream.newInstance(in.array(), in.at(), in.end() - in.at());
    bytes.setRecursionLimit(MOST_NESTED);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    try {
      message.mergeFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw JsonText.unparsable(e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
    in.leave(group, outer);
    give(nodes.message(message.buildPartial()), to, depth);
    return true;
  }

  @Override
  void readDefault() throws Rejection {
    give(nodes.message(DynamicMessage.getDefaultInstance(type)), to, depth);
  }

  private void give(JsonNode node, Converter to, int depth) throws Rejection {
    switch (node.getNodeType()) {
      case NULL, MISSING -> to.nothing();
      case BOOLEAN -> to.flag(node.booleanValue());
      case STRING -> {
        byte[] utf8 = node.textValue().getBytes(StandardCharsets.UTF_8);
        to.text(utf8, 0, utf8.length);
      }
      case NUMBER -> {
        if (node.canConvertToLong() && node.isIntegralNumber()) {
          to.integer(node.longValue());
        } else {
          to.number(node.asText());
        }
      }
      case ARRAY -> {
        Elements elements = to.list();
        requireDepth(depth);
        for (int i = 0; i < node.size(); i++) {
          try {
            give(node.get(i), elements.element(), depth + 1);
          } catch (Rejection e) {
            throw e.within("[" + i + "]");
          }
        }
        elements.end();
      }
      case OBJECT -> {
        Fields fields = to.object();
        requireDepth(depth);
        for (Map.Entry<String, JsonNode> one : node.properties()) {
          Field field = fields.field(one.getKey());
          if (field == null) {
            continue;
          }
          try {
            give(one.getValue(), field.converter(), depth + 1);
          } catch (Rejection e) {
            throw e.within(one.getKey());
          }
        }
        fields.end();
      }
      case BINARY, POJO -> throw new IllegalStateException("no such node is made");
    }
  }

  private void requireDepth(int depth) throws Rejection {
    if (depth > maxDepth) {
      throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
    }
  }
}
