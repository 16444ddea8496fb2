package io.sluice.json;

import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.record.Utf8;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the documents that nearly all are, without anything that is rare in JSON, as {@link
 * JsonReader} does, but bytes where they stand. For all else it says no, also where a converter
 * refuses a value: then {@code JsonReader} is to read the same document, from its beginning and
 * into converters that have begun anew. Not safe for use by several threads.
 */
public final class PlainReader extends JsonValues {
  private static final int MOST_UNKNOWN_FIELDS = 1000;

  private final boolean refusesUnknown;
  private final List<String> unknownFields = new ArrayList<>();

  /** With the meaning that they have for {@link JsonReader}. */
  public PlainReader(int maxDepth, boolean refusesUnknown) {
    super(maxDepth);
    this.refusesUnknown = refusesUnknown;
  }

  /**
   * Reads a document, without a value in it of which it is known that it is a value of JSON; to
   * whoever wants it, it is the number 0.
   *
   * @param array has a byte of zero behind the document
   * @param omitted where the value begins that is not read; -1 where all are
   * @param omittedEnd where it ends
   * @return whether the document is plain, and was taken
   */
  public boolean read(byte[] array, int start, int length, int omitted, int omittedEnd, Fields to) {
    begin(array, start, length);
    this.omitted = omitted;
    this.omittedEnd = omittedEnd;
    unknownFields.clear();
    try {
      skipSpace();
      require(in[at] == '{');
      readFields(to, 1);
      skipSpace();
      return at == end
          && (omitted < 0
              ? Utf8.isValid(in, begin, end)
              : Utf8.isValid(in, begin, omitted) && Utf8.isValid(in, omittedEnd, end));
    } catch (NotPlain | Rejection e) {
      return false;
    }
  }

  /** The paths of fields that nobody wanted in what was read last, each time that one came. */
  public List<String> unknownFields() {
    return unknownFields;
  }

  @Override
  void readUnknown(Fields fields, String name, int depth) throws NotPlain {
    require(!refusesUnknown && unknownFields.size() < MOST_UNKNOWN_FIELDS);
    skipValue(depth);
    unknownFields.add(fields.pathOf(name));
  }
}
