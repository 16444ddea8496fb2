/**
 * The values of one record: by column and as bytes, as decoders fill them and blocks take them; and
 * as Beam rows, for transforms of one's own.
 */
package io.sluice.record;
