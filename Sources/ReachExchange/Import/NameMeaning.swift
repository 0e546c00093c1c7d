import ReachDiagnostics

/// What a column's name alone says of it, in English and Russian.
struct NameMeaning: Hashable, Sendable {
    /// Lower case, words parted by `_`: `CustomerID`, `Customer Id` and `customer-id` are all `customer_id`.
    let plain: String
    private let words: [Substring]

    init(_ name: String) {
        plain = Self.plain(name)
        words = plain.split(separator: "_")
    }

    private static func plain(_ name: String) -> String {
        var result = ""
        var previousIsLower = false
        let characters = Array(name)
        for (position, character) in characters.enumerated() {
            guard character.isLetter || character.isNumber else {
                if result.last != "_", !result.isEmpty { result.append("_") }
                previousIsLower = false
                continue
            }
            let nextIsLower = position + 1 < characters.count && characters[position + 1].isLowercase
            let startsWord = character.isUppercase && (previousIsLower || nextIsLower && result.last?.isLetter == true)
            if startsWord, result.last != "_" { result.append("_") }
            previousIsLower = character.isLowercase || character.isNumber
            result += CaseFolding.fold(String(character)).replacing("ё", with: "е")
        }
        while result.last == "_" { result.removeLast() }
        return result
    }

    private func hasWord(in set: Set<String>) -> Bool { words.contains { set.contains(String($0)) } }

    // MARK: keys

    /// How well the name fits a customer's key; 0 is best, nil not at all. An e-mail address is the last resort.
    var customerKeyRank: Int? {
        if Self.customerIds.contains(plain) { return 0 }
        if Self.bareIds.contains(plain) || Self.customerWords.contains(plain) { return 1 }
        return isEmail ? 2 : nil
    }

    /// The same for the customer that an activity row belongs to; a bare `id` is the row's own.
    var customerReferenceRank: Int? {
        if Self.customerIds.contains(plain) { return 0 }
        if Self.customerWords.contains(plain) { return 1 }
        return isEmail ? 2 : nil
    }

    /// Whether this is the key of a row of `table`: `order_id` and `id` for `orders`.
    func isRowKey(of table: String) -> Bool {
        if ["id", "uuid", "guid", "ид", "row_id"].contains(plain) { return true }
        return Self.singulars(of: table).contains { singular in
            ["id", "no", "number", "num", "uuid", "key", "code"].contains { plain == singular + "_" + $0 }
        } || Self.rowKeys.contains(plain)
    }

    private static let customerIds: Set<String> = [
        "customer_id", "customerid", "client_id", "clientid", "user_id", "userid", "contact_id", "subscriber_id",
        "member_id", "person_id", "profile_id", "buyer_id", "guest_id", "account_id", "customer_key", "customer_no",
        "customer_number", "customer_code", "client_no", "client_number", "client_code", "cust_id", "custid",
        "id_клиента", "клиент_id", "ид_клиента", "код_клиента", "номер_клиента", "id_покупателя", "покупатель_id",
        "код_покупателя", "id_пользователя", "пользователь_id", "id_customer", "id_client", "id_user",
    ]
    private static let bareIds: Set<String> = [
        "id", "key", "uuid", "guid", "external_id", "ид", "код", "ключ", "идентификатор",
    ]
    private static let customerWords: Set<String> = [
        "customer", "client", "user", "buyer", "member", "subscriber", "клиент", "покупатель", "пользователь",
        "контрагент",
    ]
    private static let rowKeys: Set<String> = ["id_заказа", "номер_заказа", "код_заказа", "номер_чека", "id_чека"]

    /// `orders` → `order`, `visits` → `visit`, `purchases` → `purchase`, `categories` → `category`.
    static func singulars(of table: String) -> [String] {
        let name = plain(table)
        var result = [name]
        if name.hasSuffix("ies") { result.append(name.dropLast(3) + "y") }
        if name.hasSuffix("es") { result.append(String(name.dropLast(2))) }
        if name.hasSuffix("s") { result.append(String(name.dropLast())) }
        return result
    }

    // MARK: times

    /// How well the name fits the time of a row of `table`; 0 is best, nil not at all.
    func timeRank(of table: String) -> Int? {
        let ownTime = Self.singulars(of: table).contains { singular in
            let past = singular.hasSuffix("e") ? singular + "d" : singular + "ed"
            return ["_at", "_date", "_time", "_datetime", "_timestamp", "_on", "_dt"].contains { suffix in
                plain == singular + suffix || plain == past + suffix
            } || plain == "date_of_" + singular
        }
        if ownTime || Self.eventTimes.contains(plain) { return 0 }
        if Self.bareTimes.contains(plain) { return 1 }
        if Self.creationTimes.contains(plain) { return 2 }
        return isDateLike ? 3 : nil
    }

    private static let eventTimes: Set<String> = [
        "ordered_at", "order_date", "purchase_date", "purchased_at", "bought_at", "event_time", "event_date",
        "event_at", "occurred_at", "happened_at", "transaction_date", "transaction_time", "дата_заказа",
        "дата_покупки", "дата_визита", "дата_события", "дата_операции", "время_события", "время_заказа",
    ]
    private static let bareTimes: Set<String> = [
        "at", "date", "time", "datetime", "date_time", "timestamp", "ts", "when", "day", "дата", "время",
        "дата_время", "дата_и_время", "день",
    ]
    private static let creationTimes: Set<String> = [
        "created_at", "created", "create_date", "creation_date", "date_created", "created_on", "inserted_at",
        "дата_создания", "создан",
    ]

    /// Whether eight digits under this name are a date.
    var isDateLike: Bool {
        hasWord(in: Self.dateWords) || ["_at", "_on", "_dt", "_ts"].contains { plain.hasSuffix($0) }
    }

    /// Whether a large number under this name may be one of seconds.
    func speaksOfTime(in table: String) -> Bool {
        isDateLike || timeRank(of: table) != nil || hasWord(in: Self.momentWords)
    }

    private static let momentWords: Set<String> = [
        "ts", "epoch", "unixtime", "since", "seen", "created", "updated", "modified", "registered", "signup", "expires",
        "создан", "создано", "обновлено", "зарегистрирован",
    ]

    private static let dateWords: Set<String> = [
        "date", "day", "time", "datetime", "timestamp", "dt", "dob", "birth", "birthday", "birthdate", "when", "at",
        "дата", "день", "время", "рождения", "др",
    ]

    // MARK: text

    /// Digits under this name are not a number: phones, postcodes, tax and document numbers.
    var staysText: Bool {
        isPhone || hasWord(in: Self.textWords) || Self.textNames.contains(plain)
    }

    private static let textWords: Set<String> = [
        "zip", "zipcode", "postcode", "plz", "inn", "kpp", "ogrn", "ogrnip", "snils", "okpo", "bik", "tin", "ssn",
        "ein",
        "iban", "swift", "passport", "fax", "barcode", "ean", "okato", "oktmo", "kladr", "инн", "кпп", "огрн", "огрнип",
        "снилс", "окпо", "бик", "паспорт", "факс", "окато", "октмо", "кладр", "штрихкод",
    ]
    private static let textNames: Set<String> = [
        "postal_code", "post_code", "postal", "vat_id", "vat_number", "vat_no", "vat_code", "tax_id", "tax_number",
        "tax_no", "taxid", "card", "card_number", "card_no", "loyalty_card", "bonus_card", "account_number",
        "номер_карты", "почтовый_индекс", "индекс", "расчетный_счет",
    ]

    // MARK: channels

    var isEmail: Bool { Self.emails.contains(plain) }
    var isPhone: Bool {
        if Self.phones.contains(plain) { return true }
        // `work_phone` and `phone_2` are phones, `phone_verified` is not.
        let last = words.last { !$0.allSatisfy(\.isNumber) }
        return last.map { ["phone", "telephone", "msisdn", "телефон", "cellphone"].contains(String($0)) } ?? false
            && !isConsentLike
    }
    var isPushToken: Bool { Self.pushTokens.contains(plain) }

    /// The channel whose address this is.
    var addressChannel: String? {
        isEmail ? "email" : isPhone ? "sms" : isPushToken ? "push" : nil
    }

    private static let emails: Set<String> = [
        "email", "e_mail", "mail", "email_address", "e_mail_address", "mail_address", "customer_email", "user_email",
        "contact_email", "почта", "эл_почта", "электронная_почта", "емейл", "имейл", "емайл", "е_mail",
        "адрес_электронной_почты",
    ]
    private static let phones: Set<String> = [
        "phone", "mobile", "mobile_phone", "cell", "tel", "phone_number", "mobile_number", "телефон", "тел", "моб",
        "мобильный", "сотовый", "номер_телефона", "моб_тел", "whatsapp", "viber",
    ]
    private static let pushTokens: Set<String> = [
        "push_token", "pushtoken", "device_token", "fcm_token", "apns_token", "push_id", "push_address", "fcm",
        "пуш_токен", "токен_пуш", "push",
    ]

    /// The channel for which this is the consent. A bare `subscribed` is that of the newsletter.
    var consentChannel: String? {
        if saysNo { return nil }
        if Self.bareConsents.contains(plain) { return "email" }
        guard isConsentLike else { return nil }
        for word in words {
            if let channel = Self.channelWords[String(word)] { return channel }
        }
        return plain.contains("e_mail") || plain.contains("эл_почт") ? "email" : nil
    }

    /// `unsubscribed`, `opt_out`, `do_not_email`: the opposite of a consent.
    var saysNo: Bool {
        hasWord(in: [
            "unsubscribed", "unsubscribe", "optout", "stop", "отписан", "отписка", "отказ", "blocked", "bounced",
        ])
            || plain.contains("opt_out") || plain.contains("opted_out") || plain.hasPrefix("do_not_")
            || plain.hasPrefix("no_")
    }

    /// One of the words of consent is in it.
    var isConsentLike: Bool {
        hasWord(in: Self.consentWords) || plain.contains("opt_in") || plain.contains("opted_in")
            || Self.bareConsents.contains(plain)
    }

    private static let bareConsents: Set<String> = [
        "subscribed", "is_subscribed", "opt_in", "optin", "opted_in", "consent", "accepts_marketing",
        "marketing_consent", "marketing_ok", "consent_marketing", "согласие", "подписан", "подписка",
        "согласие_на_рассылку", "согласие_на_рекламу", "newsletter",
    ]
    private static let consentWords: Set<String> = [
        "consent", "ok", "optin", "subscribed", "allowed", "permission", "agree", "agreed", "accepts", "accept",
        "allow",
        "can", "enabled", "согласие", "согласен", "подписка", "подписан", "разрешен", "разрешено", "разрешение",
    ]
    private static let channelWords: [String: String] = [
        "email": "email", "mail": "email", "newsletter": "email", "почта": "email", "почту": "email", "почты": "email",
        "емейл": "email", "имейл": "email", "рассылку": "email", "рассылка": "email", "sms": "sms", "смс": "sms",
        "phone": "sms", "mobile": "sms", "телефон": "sms", "push": "push", "пуш": "push", "whatsapp": "whatsapp",
        "telegram": "telegram", "viber": "viber",
    ]

    // MARK: persons

    /// A person's name, street or document: masked in views.
    var isPersonal: Bool { Self.personal.contains(plain) || hasWord(in: Self.personalWords) }

    private static let personal: Set<String> = [
        "name", "first_name", "firstname", "last_name", "lastname", "full_name", "fullname", "middle_name",
        "given_name", "family_name", "customer_name", "client_name", "user_name", "username", "login", "contact_name",
        "address", "home_address", "street_address", "address_line", "address_1", "address_2", "address1", "address2",
        "shipping_address", "billing_address", "ip", "ip_address", "имя_клиента", "адрес", "адрес_доставки",
    ]
    private static let personalWords: Set<String> = [
        "surname", "patronymic", "street", "passport", "ssn", "snils", "имя", "фамилия", "отчество", "фио", "улица",
        "паспорт", "снилс",
    ]
}
