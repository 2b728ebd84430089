import SwiftSyntax

/// The declaration around an annotated member.
struct EnclosingType {
    enum Kind { case type, actor, `extension`, other }

    let kind: Kind
    /// Whether it has `@Service`, without which annotations have no effect.
    let isService: Bool

    /// Reads a declaration; `nil` at the top of a file.
    init(_ declaration: Syntax?) {
        switch declaration?.asProtocol((any SyntaxProtocol).self) {
        case let type as ClassDeclSyntax: self.init(.type, type.attributes)
        case let type as StructDeclSyntax: self.init(.type, type.attributes)
        case let type as ActorDeclSyntax: self.init(.actor, type.attributes)
        case let type as ExtensionDeclSyntax: self.init(.extension, type.attributes)
        default: self.init(.other, [])
        }
    }

    private init(_ kind: Kind, _ attributes: AttributeListSyntax) {
        self.kind = kind
        self.isService = attributes.all(named: "Service").first != nil
    }
}

extension AttributeListSyntax {
    /// The attributes of a name, with or without a module in front, in their order.
    func all(named name: String) -> [AttributeSyntax] {
        self.compactMap { element in
            guard case .attribute(let attribute) = element, attribute.attributeName.lastName == name else { return nil }
            return attribute
        }
    }
}

extension TypeSyntax {
    /// The name without a module or an outer type in front: `LocalSession` of `CometDServer.LocalSession`.
    var lastName: String? {
        if let type = self.as(MemberTypeSyntax.self) { return type.name.text }
        return self.as(IdentifierTypeSyntax.self)?.name.text
    }
}
