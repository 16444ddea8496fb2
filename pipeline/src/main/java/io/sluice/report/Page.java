package io.sluice.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/**
 * A {@link Report} as one HTML page that asks no network for anything. Its policy allows the
 * scripts and the style that are in it, by their digests, and nothing else; what comes from the
 * lake is escaped, all of it.
 */
public final class Page {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Page() {}

  /** The page. */
  public static String of(Report report) {
    PageView view = new PageView(report);
    String style = resource("page.css");
    // Where the source's map is: developers' tools would ask for it.
    String library =
        resource("chart.umd.min.js").replaceFirst("//# sourceMappingURL=\\S*\\s*$", "");
    String script = resource("page.js");
    Map<String, Object> context =
        Map.of(
            "view", view,
            "style", style,
            "library", library,
            "script", script,
            "charts", json(view),
            "policy", policy(style, library, script));
    // In a section of a text the templates say {{.}}: by name, a field of String itself may be
    // found.
    return Mustache.compiler()
        .strictSections(true)
        .emptyStringIsFalse(true)
        .withLoader(name -> new java.io.StringReader(resource(name + ".html")))
        .compile(resource("page.html"))
        .execute(context);
  }

  /** The verdict in one sentence, as the page has it. */
  public static String verdict(Report report) {
    return new VerdictView(report).title();
  }

  private static String policy(String style, String... scripts) {
    StringBuilder policy = new StringBuilder("default-src 'none'; style-src ");
    policy.append(digest(style)).append("; script-src");
    for (String script : scripts) {
      policy.append(' ').append(digest(script));
    }
    return policy.append("; img-src data:; base-uri 'none'; form-action 'none'").toString();
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Nothing in it can end the element that it stands in. */
  private static String json(PageView view) {
    try {
      return JSON.writeValueAsString(view.charts()).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers are always JSON", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("reading the resource " + name, e);
    }
  }
}
