package io.sluice.protobuf;

/** A schema that is none, in words. */
final class UnusableSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableSchemaException(String message) {
    super(message);
  }
}
