package io.sluice.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Pages of a template that ask no network for anything. Their policy allows the scripts and the
 * style that are in them, by their digests, and nothing else; what a view says is escaped, all of
 * it.
 */
final class Html {
  private Html() {}

  /**
   * Makes a page.
   *
   * @param scripts by the name that the template has for each
   */
  static String page(String template, Map<String, Object> view, Map<String, String> scripts) {
    String style = resource("page.css");
    Map<String, Object> context = new HashMap<>(view);
    context.put("style", style);
    context.putAll(scripts);
    context.put("policy", policy(style, scripts.values()));
    // In a section of a text the templates say {{.}}: by name, a field of String itself may be
    // found.
    return Mustache.compiler()
        .strictSections(true)
        .emptyStringIsFalse(true)
        .withLoader(name -> new StringReader(resource(name + ".html")))
        .compile(resource(template))
        .execute(context);
  }

  private static String policy(String style, Iterable<String> scripts) {
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

  /** A text that is beside this class. */
  static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Html.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("reading the resource " + name, e);
    }
  }
}
