package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import java.util.Optional;

/** What an answer means in a registry's language. */
interface Answers {
  /**
   * Reads an answer.
   *
   * @return what was asked for; nothing where the registry has said that it has no such thing
   * @throws Unanswered where it may answer later
   * @throws Refused where it wants other credentials
   * @throws UserException where somebody has to change something
   */
  Optional<JsonNode> read(Request request, Answer answer) throws Unanswered, Refused;
}
