package io.sluice.protobuf;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of an enum's numbers, in UTF-8; of several names the first. */
final class EnumNames {
  private static final int MOST_SMALL = 256;

  private final byte[] @Nullable [] small = new byte[MOST_SMALL][];
  private final Map<Integer, byte[]> others = new HashMap<>();
  private final int first;

  EnumNames(EnumDescriptor type) {
    this.first = type.getValue(0).getNumber();
    for (EnumValueDescriptor value : type.getValues()) {
      byte[] name = value.getName().getBytes(StandardCharsets.UTF_8);
      int number = value.getNumber();
      if (number < 0 || number >= MOST_SMALL) {
        others.putIfAbsent(number, name);
      } else if (small[number] == null) {
        small[number] = name;
      }
    }
  }

  /** The number that an enum has where nothing is said: its first. */
  int first() {
    return first;
  }

  byte @Nullable [] name(int number) {
    return number >= 0 && number < MOST_SMALL ? small[number] : others.get(number);
  }
}
