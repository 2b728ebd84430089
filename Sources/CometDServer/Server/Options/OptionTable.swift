/// A list of options, from which everything else comes: reading, checking names, flags and help.
package struct OptionTable<Options>: Sendable {
    /// Options that are explained together.
    package struct Section: Sendable {
        /// What the options are about.
        package let title: String
        /// The options, in the order in which they are explained.
        package let options: [OptionDescriptor<Options>]

        /// Makes a section.
        ///
        /// - Parameters:
        ///   - title: What the options are about.
        ///   - options: The options, in the order in which they are explained.
        package init(_ title: String, _ options: [OptionDescriptor<Options>]) {
            self.title = title
            self.options = options
        }
    }

    /// The sections, in the order in which they are explained.
    package let sections: [Section]

    /// Makes a table.
    ///
    /// - Parameter sections: The sections, in the order in which they are explained. No name may stand in two options.
    package init(_ sections: [Section]) {
        self.sections = sections
    }

    /// All options.
    package var options: [OptionDescriptor<Options>] { self.sections.flatMap(\.options) }

    /// All legal full names, prefixes included.
    package var names: [String] { self.options.flatMap(\.fullNames) }

    /// Stores the values that are set.
    ///
    /// - Parameters:
    ///   - value: Returns the text of the value that is set under a full name. It is asked for some names more than
    ///     once.
    ///   - options: Where the values are stored.
    /// - Returns: What is worth telling about the names that were used.
    /// - Throws: ``OptionError`` for the first value that is not legal; `options` then holds some of the values.
    package func read(
        _ value: (_ name: String) -> String?,
        into options: inout Options
    ) throws(OptionError) -> [OptionWarning] {
        var warnings: [OptionWarning] = []
        for option in self.options { warnings += try option.read(value, into: &options) }
        return warnings
    }
}
