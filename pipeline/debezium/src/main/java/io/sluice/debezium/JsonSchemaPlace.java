package io.sluice.debezium;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds the schema that stands first in a document, as JsonConverter writes it, by its bytes. */
final class JsonSchemaPlace {
  private static final byte[] NAME = "\"schema\"".getBytes(StandardCharsets.US_ASCII);

  private JsonSchemaPlace() {}

  /**
   * Where the schema begins that is the first field of a document; -1 where another is.
   *
   * @param from where the document begins
   * @param end where it ends
   */
  static int start(byte[] document, int from, int end) {
    int at = afterSpace(document, from, end);
    if (!has(document, at, end, '{')) {
      return -1;
    }
    at = afterSpace(document, at + 1, end);
    int afterName = at + NAME.length;
    if (afterName > end || !Arrays.equals(document, at, afterName, NAME, 0, NAME.length)) {
      return -1;
    }
    at = afterSpace(document, afterName, end);
    if (!has(document, at, end, ':')) {
      return -1;
    }
    at = afterSpace(document, at + 1, end);
    return has(document, at, end, '{') ? at : -1;
  }

  private static boolean has(byte[] document, int at, int end, char c) {
    return at < end && document[at] == c;
  }

  private static int afterSpace(byte[] document, int from, int end) {
    int at = from;
    while (at < end
        && (document[at] == ' '
            || document[at] == '\n'
            || document[at] == '\r'
            || document[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** Where the object ends that begins at a place, if it is one of JSON; -1 where it has no end. */
  static int end(byte[] document, int from, int documentEnd) {
    int depth = 0;
    boolean isText = false;
    for (int at = from; at < documentEnd; at++) {
      byte b = document[at];
      if (isText) {
        if (b == '\\') {
          at++;
        } else if (b == '"') {
          isText = false;
        }
      } else if (b == '"') {
        isText = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}' && --depth == 0) {
        return at + 1;
      }
    }
    return -1;
  }
}
