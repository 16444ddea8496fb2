package io.sluice.decode;

/**
 * A field of an object that a schema describes.
 *
 * @param name as records have it
 * @param required whether each object has a value there, and none that is null
 * @param words what the schema says of it; empty where that is nothing
 */
public record SchemaField(String name, SchemaType type, boolean required, String words) {}
