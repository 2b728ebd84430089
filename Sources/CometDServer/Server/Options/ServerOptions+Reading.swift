extension ServerOptions {
    /// Makes the defaults, changed by the options that are set somewhere, such as in a configuration file.
    ///
    /// ```swift
    /// let options = try ServerOptions { name in configuration[name] }
    /// ```
    ///
    /// The names are CometD's. An option of a transport is looked up with the transport's prefixes, and the longest one
    /// that is set wins: `long-polling.json.timeout`, `long-polling.timeout`, `timeout`;
    /// `callback-polling.jsonp.timeout`, `callback-polling.timeout`, `timeout`; `ws.timeout`, `websocket.timeout`,
    /// `timeout`. A time is a number of milliseconds, or a number with `ms`, `s`, `m` or `h`; a size is a number of
    /// bytes, or a number with `k`, `M` or `G`.
    ///
    /// - Parameter value: Returns the text of the value that is set under a full name, or `nil`. It may be asked for a
    ///   name more than once.
    /// - Throws: ``OptionError`` with ``OptionError/Code/valueInvalid`` for the first value that is not legal.
    public init(reading value: (_ name: String) -> String?) throws(OptionError) {
        self.init()
        _ = try self.read(value)
    }

    /// Changes the options that are set somewhere, as ``init(reading:)`` does.
    ///
    /// - Parameter value: Returns the text of the value that is set under a full name, or `nil`. It may be asked for a
    ///   name more than once.
    /// - Returns: What is worth telling about the names that were used: options that have no effect here, such as
    ///   `jsonContext`, and old names.
    /// - Throws: ``OptionError`` with ``OptionError/Code/valueInvalid`` for the first value that is not legal.
    public mutating func read(_ value: (_ name: String) -> String?) throws(OptionError) -> [OptionWarning] {
        var options = self
        let warnings = try Self.table.read(value, into: &options)
        self = options
        return warnings
    }

    /// The full names of all options, prefixes included.
    public static var optionNames: [String] { self.table.names }

    /// Checks that names are those of options.
    ///
    /// - Parameter names: Full names, such as the keys of a configuration file.
    /// - Throws: ``OptionError`` with ``OptionError/Code/optionUnknown`` for the first one that is not; its hint is the
    ///   name that may have been meant.
    public static func check(names: some Sequence<String>) throws(OptionError) {
        let legal = self.optionNames
        let set = Set(legal)
        for name in names where !set.contains(name) {
            throw OptionError(.optionUnknown, option: name, hint: OptionName.likely(name, among: legal))
        }
    }
}
