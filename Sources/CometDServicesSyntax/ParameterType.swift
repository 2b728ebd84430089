import SwiftSyntax

/// The type of a parameter, taken apart.
struct ParameterType {
    /// The type without `inout` and the like.
    let type: TypeSyntax
    /// Its name when it is a plain one, without a module and without `?`.
    let name: String?
    let isOptional: Bool
    let isInout: Bool

    init(_ syntax: TypeSyntax) {
        var type = syntax
        var isInout = false
        if let attributed = type.as(AttributedTypeSyntax.self) {
            isInout = attributed.specifiers.contains { specifier in
                specifier.as(SimpleTypeSpecifierSyntax.self)?.specifier.tokenKind == .keyword(.inout)
            }
            type = attributed.baseType
        }
        self.type = type
        self.isInout = isInout
        if let optional = type.as(OptionalTypeSyntax.self) {
            self.isOptional = true
            self.name = optional.wrappedType.lastName
        } else {
            self.isOptional = false
            self.name = type.lastName
        }
    }

    /// Whether the type is a generic parameter in disguise.
    var isOpaque: Bool { self.type.as(SomeOrAnyTypeSyntax.self)?.someOrAnySpecifier.tokenKind == .keyword(.some) }
}
