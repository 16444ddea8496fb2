package io.sluice.registry;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question to a registry.
 *
 * @param what for messages: {@code schema 5}
 * @param places the same at each of the registry's addresses
 * @param body of a POST; null of a GET
 */
record Request(String what, List<URI> places, @Nullable Body body) {
  /** Made anew for each try, for a signature has a time in it. */
  interface Body {
    /**
     * The headers that go with it.
     *
     * @throws Unanswered where they cannot be made now
     */
    Map<String, List<String>> headers(URI place) throws Unanswered;

    String text();
  }
}
