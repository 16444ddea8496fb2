package io.sluice.schema;

/** The registry answered that it has no such schema. Carries no stack trace: it is an answer. */
public final class UnknownSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnknownSchemaException(String message) {
    super(message, null, false, false);
  }
}
