package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Ignored;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values that a connector could not send, since an update left them as they were and the database
 * logs large ones only when they change: in their place it writes a placeholder, as a text, as its
 * bytes, or in whatever else the column's type has.
 */
final class Unavailable {
  /** What becomes of such a value, as a contract says it. */
  enum Policy {
    /** There is none. */
    AS_NULL,
    /** The placeholder is the value. */
    KEEP,
    /** The record is a dead letter. */
    DEAD_LETTER;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Policy policy;
  private final byte[] placeholder;

  /** The forms that it has as a text: itself, its bytes in JSON, an {@code hstore} in JSON. */
  private final List<byte[]> texts = new ArrayList<>();

  /** The UUID that stands in a list of some. */
  private final byte[] uuid;

  private final List<String> names = new ArrayList<>();

  Unavailable(Policy policy, String placeholder) {
    this.policy = policy;
    this.placeholder = placeholder.getBytes(StandardCharsets.UTF_8);
    this.uuid =
        UUID.nameUUIDFromBytes(this.placeholder).toString().getBytes(StandardCharsets.US_ASCII);
    texts.add(this.placeholder);
    texts.add(Base64.getEncoder().encode(this.placeholder));
    String quoted = '"' + placeholder + '"';
    texts.add(("{" + quoted + ":" + quoted + "}").getBytes(StandardCharsets.UTF_8));
  }

  /** Begins a record. */
  void begin() {
    names.clear();
  }

  /** The names of the record's fields that had no value to send. */
  List<String> names() {
    return names;
  }

  /** Before a field of a row. */
  Converter looked(String name, Converter to) {
    return policy == Policy.KEEP ? to : new Looking(name, to);
  }

  private final class Looking extends Forwarding {
    private final String name;
    private final Converter raw;
    private final @Nullable Elements elements;
    private final @Nullable Fields fields;

    Looking(String name, Converter to) {
      super(to);
      this.name = name;
      this.raw = to;
      Elements list = to.elements();
      this.elements = list == null ? null : new LookingElements(this, list);
      Fields object = to.fields();
      this.fields = object == null ? null : new LookingFields(this, object);
    }

    void found() throws Rejection {
      if (policy == Policy.DEAD_LETTER) {
        throw new Rejection(
            Reason.MISSING_FIELD,
            "",
            "the connector could not send the value, which has not changed (a TOAST column)");
      }
      names.add(name);
      raw.nothing();
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      for (int i = 0; i < texts.size(); i++) {
        if (is(texts.get(i), utf8, start, length)) {
          found();
          return;
        }
      }
      to.text(utf8, start, length);
    }

    @Override
    public void bytes(byte[] array, int start, int length) throws Rejection {
      if (is(placeholder, array, start, length)) {
        found();
      } else {
        to.bytes(array, start, length);
      }
    }

    @Override
    public @Nullable Elements elements() {
      return elements;
    }

    @Override
    public @Nullable Fields fields() {
      return fields;
    }
  }

  private static boolean is(byte[] placeholder, byte[] array, int start, int length) {
    return length == placeholder.length
        && Arrays.equals(placeholder, 0, length, array, start, start + length);
  }

  /** A list of the placeholder, or of its bytes as numbers; such a list is never ended. */
  private final class LookingElements implements Elements {
    private final Looking of;
    private final Elements to;
    private int count;
    private int numbers;
    private boolean hasPlaceholder;
    private @Nullable Element element;

    LookingElements(Looking of, Elements to) {
      this.of = of;
      this.to = to;
    }

    @Override
    public void begin() {
      count = 0;
      numbers = 0;
      hasPlaceholder = false;
      to.begin();
    }

    @Override
    public Converter element() {
      Converter next = to.element();
      count++;
      Element element = this.element;
      if (element == null || !element.isBefore(next)) {
        element = new Element(this, next);
        this.element = element;
      }
      return element;
    }

    @Override
    public void end() throws Rejection {
      if (hasPlaceholder || numbers == placeholder.length && count == numbers) {
        of.found();
      } else {
        to.end();
      }
    }
  }

  private final class Element extends Forwarding {
    private final LookingElements list;

    Element(LookingElements list, Converter to) {
      super(to);
      this.list = list;
    }

    boolean isBefore(Converter other) {
      return to == other;
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      if (list.count == 1
          && (is(placeholder, utf8, start, length) || is(uuid, utf8, start, length))) {
        list.hasPlaceholder = true;
        to.nothing();
      } else {
        to.text(utf8, start, length);
      }
    }

    @Override
    public void bytes(byte[] array, int start, int length) throws Rejection {
      if (list.count == 1 && is(placeholder, array, start, length)) {
        list.hasPlaceholder = true;
        to.nothing();
      } else {
        to.bytes(array, start, length);
      }
    }

    @Override
    public void integer(long value) throws Rejection {
      if (list.count <= placeholder.length && value == placeholder[list.count - 1]) {
        list.numbers++;
      }
      to.integer(value);
    }
  }

  /** A map with the placeholder as its one key; such a map is never ended. */
  private final class LookingFields implements Fields {
    private final Looking of;
    private final Fields to;
    private boolean hasPlaceholder;

    LookingFields(Looking of, Fields to) {
      this.of = of;
      this.to = to;
    }

    @Override
    public void begin() {
      hasPlaceholder = false;
      to.begin();
    }

    @Override
    public boolean areOfData() {
      return to.areOfData();
    }

    @Override
    public @Nullable Field field(String name) {
      if (name.length() == texts.get(0).length
          && name.equals(new String(placeholder, StandardCharsets.UTF_8))) {
        hasPlaceholder = true;
        return Ignored.FIELD;
      }
      return to.field(name);
    }

    @Override
    public String pathOf(String name) {
      return to.pathOf(name);
    }

    @Override
    public void end() throws Rejection {
      if (hasPlaceholder) {
        of.found();
      } else {
        to.end();
      }
    }
  }
}
