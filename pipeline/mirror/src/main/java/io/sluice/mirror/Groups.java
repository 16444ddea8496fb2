package io.sluice.mirror;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Rows as Parquet has them, of whatever types: as bytes, and in another schema. */
final class Groups {
  private Groups() {}

  /**
   * A schema in which each value may be missing: files of before a column was added have none, and
   * deletes have hardly any.
   */
  static MessageType relaxed(MessageType schema) {
    return new MessageType(schema.getName(), relaxed((GroupType) schema));
  }

  private static List<Type> relaxed(GroupType group) {
    List<Type> fields = new ArrayList<>();
    for (Type field : group.getFields()) {
      // The key of a map has to be there.
      boolean isKey = group.isRepetition(Repetition.REPEATED) && field.getName().equals("key");
      Repetition repetition =
          field.isRepetition(Repetition.REQUIRED) && !isKey
              ? Repetition.OPTIONAL
              : field.getRepetition();
      fields.add(with(field, repetition));
    }
    return fields;
  }

  private static Type with(Type field, Repetition repetition) {
    LogicalTypeAnnotation annotation = field.getLogicalTypeAnnotation();
    Type relaxed;
    if (field.isPrimitive()) {
      PrimitiveType primitive = field.asPrimitiveType();
      var builder = Types.primitive(primitive.getPrimitiveTypeName(), repetition);
      if (primitive.getTypeLength() > 0) {
        builder = builder.length(primitive.getTypeLength());
      }
      relaxed = (annotation == null ? builder : builder.as(annotation)).named(field.getName());
    } else {
      Type[] fields = relaxed(field.asGroupType()).toArray(new Type[0]);
      var builder = Types.buildGroup(repetition).addFields(fields);
      relaxed = (annotation == null ? builder : builder.as(annotation)).named(field.getName());
    }
    return field.getId() == null ? relaxed : relaxed.withId(field.getId().intValue());
  }

  /** The fields of a schema that a file has, in the file's own order and types. */
  static MessageType asked(MessageType wanted, MessageType inFile) {
    return new MessageType(
        inFile.getName(),
        inFile.getFields().stream().filter(f -> wanted.containsField(f.getName())).toList());
  }

  /** The same row in another schema: by the names of fields, those of objects too. */
  static Group in(GroupType schema, Group row) {
    Group copy = new SimpleGroup(schema);
    GroupType from = row.getType();
    for (int to = 0; to < schema.getFieldCount(); to++) {
      String name = schema.getFieldName(to);
      if (from.containsField(name)) {
        copy(row, from.getFieldIndex(name), copy, to);
      }
    }
    return copy;
  }

  /** Copies all values of a field; there are none yet. */
  static void copy(Group row, int field, Group to, int at) {
    int count = row.getFieldRepetitionCount(field);
    Type type = to.getType().getType(at);
    for (int i = 0; i < count; i++) {
      if (!type.isPrimitive()) {
        to.add(at, in(type.asGroupType(), row.getGroup(field, i)));
        continue;
      }
      switch (type.asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> to.add(at, row.getInteger(field, i));
        case INT64 -> to.add(at, row.getLong(field, i));
        case BOOLEAN -> to.add(at, row.getBoolean(field, i));
        case FLOAT -> to.add(at, row.getFloat(field, i));
        case DOUBLE -> to.add(at, row.getDouble(field, i));
        case BINARY, FIXED_LEN_BYTE_ARRAY -> to.add(at, row.getBinary(field, i));
        case INT96 -> throw new IllegalArgumentException("no column of a lake is an INT96");
      }
    }
  }

  static byte[] encode(Group row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(row, out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Group row, DataOutputStream out) throws IOException {
    GroupType schema = row.getType();
    for (int field = 0; field < schema.getFieldCount(); field++) {
      int count = row.getFieldRepetitionCount(field);
      writeCount(out, count);
      Type type = schema.getType(field);
      for (int i = 0; i < count; i++) {
        if (!type.isPrimitive()) {
          write(row.getGroup(field, i), out);
          continue;
        }
        switch (type.asPrimitiveType().getPrimitiveTypeName()) {
          case INT32 -> out.writeInt(row.getInteger(field, i));
          case INT64 -> out.writeLong(row.getLong(field, i));
          case BOOLEAN -> out.writeBoolean(row.getBoolean(field, i));
          case FLOAT -> out.writeFloat(row.getFloat(field, i));
          case DOUBLE -> out.writeDouble(row.getDouble(field, i));
          case BINARY, FIXED_LEN_BYTE_ARRAY -> {
            byte[] value = row.getBinary(field, i).getBytes();
            writeCount(out, value.length);
            out.write(value);
          }
          case INT96 -> throw new IllegalArgumentException("no column of a lake is an INT96");
        }
      }
    }
  }

  /** A row that {@link #encode} wrote, of the same schema. */
  static Group decode(GroupType schema, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return read(schema, in);
    } catch (IOException e) {
      throw new IllegalStateException("a row that cannot be read", e);
    }
  }

  private static Group read(GroupType schema, DataInputStream in) throws IOException {
    Group row = new SimpleGroup(schema);
    for (int field = 0; field < schema.getFieldCount(); field++) {
      int count = readCount(in);
      Type type = schema.getType(field);
      for (int i = 0; i < count; i++) {
        if (!type.isPrimitive()) {
          row.add(field, read(type.asGroupType(), in));
          continue;
        }
        switch (type.asPrimitiveType().getPrimitiveTypeName()) {
          case INT32 -> row.add(field, in.readInt());
          case INT64 -> row.add(field, in.readLong());
          case BOOLEAN -> row.add(field, in.readBoolean());
          case FLOAT -> row.add(field, in.readFloat());
          case DOUBLE -> row.add(field, in.readDouble());
          case BINARY, FIXED_LEN_BYTE_ARRAY -> {
            byte[] value = new byte[readCount(in)];
            in.readFully(value);
            row.add(field, Binary.fromConstantByteArray(value));
          }
          case INT96 -> throw new IllegalArgumentException("no column of a lake is an INT96");
        }
      }
    }
    return row;
  }

  /** Seven bits in each byte. */
  private static void writeCount(DataOutputStream out, int count) throws IOException {
    int left = count;
    while (left > 0x7f) {
      out.writeByte(left & 0x7f | 0x80);
      left >>>= 7;
    }
    out.writeByte(left);
  }

  private static int readCount(DataInputStream in) throws IOException {
    int count = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.readUnsignedByte();
      count |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return count;
      }
    }
  }
}
