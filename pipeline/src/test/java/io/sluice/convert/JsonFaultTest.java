package io.sluice.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a text that somebody wrote is said without a parser's own words. */
class JsonFaultTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | the document ends too early",
        "{'a':~  [1,~   x]} | x at line 3, column 4 is no value: strings stand in double quotes; the"
            + " words are true, false, null",
        "{'ü':~ 'ü' 1} | found 1 at line 2, column 6 where a comma, or the end of the list or object is due",
        "{'a':1,~'a':1} | Duplicate field 'a' at line 2, column 4",
        "{'a':1 // b~} | Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not"
            + " recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser) at line 1,"
            + " column 8",
      })
  void whereATextIsNoJsonIsSaidByLineAndColumn(String json, String fault) {
    String text = json.replace('\'', '"').replace('~', '\n');
    JsonProcessingException refused =
        assertThrows(JsonProcessingException.class, () -> JSON.readTree(text));
    assertEquals(fault, JsonFault.ofText(text, refused));
  }

  /** The parser of Avro takes comments, and says of what is wrong behind them where it began. */
  @ParameterizedTest
  @CsvSource({
    "'{/* c */', 'Unexpected end-of-input: expected close marker for Object at line 1, column 9'"
  })
  void theSourceIsNotNamed(String text, String fault) {
    JsonMapper withComments =
        JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();
    JsonProcessingException refused =
        assertThrows(JsonProcessingException.class, () -> withComments.readTree(text));
    assertEquals(fault, JsonFault.ofText(text, refused));
  }
}
