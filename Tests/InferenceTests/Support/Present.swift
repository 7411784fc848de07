import Testing

/// The value, or the end of the test. As `#require`, for calls that change what they are made on.
func present<Value>(_ value: Value?, sourceLocation: SourceLocation = #_sourceLocation) throws -> Value {
    try #require(value, sourceLocation: sourceLocation)
}
