/**
 * The format Protobuf: records are decoded straight from the wire, by a plan that is made once of a
 * message's type and the contract. The library reads schemas, and what is rare.
 */
package io.sluice.protobuf;
