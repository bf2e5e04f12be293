/** Demonstrations as lines of JSON, in and out. */
