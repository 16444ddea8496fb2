package io.sluice.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;
import java.io.IOException;

/** Reads {@code google.protobuf.Struct}, {@code Value} and {@code ListValue}, as JSON text. */
final class JsonReader extends ValueReader {
  /** Of messages within one another; three of them are an object in an object. */
  private static final int MOST_NESTED = 1000;

  private final Parser<? extends Message> parser;
  private final int maxDepth;
  private final Converter to;
  private final int group;

  /**
   * @param type the message's full name
   * @param group as {@link Wire#enter} has it
   */
  JsonReader(String type, int maxDepth, Converter to, int group) {
    this.parser =
        switch (type) {
          case "google.protobuf.Struct" -> Struct.parser();
          case "google.protobuf.Value" -> Value.parser();
          case "google.protobuf.ListValue" -> ListValue.parser();
          default -> throw new IllegalArgumentException(type + " is no JSON");
        };
    this.maxDepth = maxDepth;
    this.to = to;
    this.group = group;
  }

  @Override
  boolean read(Wire in) throws Rejection {
    int outer = in.enter(group);
    CodedInputStream bytes = CodedInputStream.newInstance(in.array(), in.at(), in.end() - in.at());
    bytes.setRecursionLimit(MOST_NESTED);
    Message message;
    try {
      message = parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw JsonText.unparsable(e);
    }
    in.leave(group, outer);
    write(message);
    return true;
  }

  @Override
  void readDefault() throws Rejection {
    try {
      write(parser.parseFrom(new byte[0]));
    } catch (IOException e) {
      throw new IllegalStateException("a message without fields", e);
    }
  }

  private void write(Message message) throws Rejection {
    byte[] json = JsonText.of(message, maxDepth);
    to.text(json, 0, json.length);
  }
}
