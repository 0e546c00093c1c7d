/// The vocabulary of the sample shop.
enum DemoVocabulary {
    /// A place where customers live, and how phones look there.
    struct City: Sendable {
        let name: String
        let zone: String
        /// Standard time; the sample does not change clocks in summer.
        let hoursEast: Int
        let weight: Int
        /// Country and mobile code.
        let dialling: String
        let digits: Int
        let isRussian: Bool
    }

    static let cities: [City] =
        russian(
            "Europe/Moscow", 3,
            [
                ("Москва", 2_600), ("Санкт-Петербург", 1_150), ("Нижний Новгород", 240), ("Казань", 260),
                ("Ростов-на-Дону", 215), ("Краснодар", 225), ("Воронеж", 190), ("Ярославль", 115), ("Тула", 95),
                ("Рязань", 90), ("Тверь", 80), ("Сочи", 90), ("Белгород", 70), ("Курск", 75), ("Липецк", 85),
                ("Владимир", 65), ("Калуга", 60), ("Иваново", 62), ("Пенза", 88), ("Мурманск", 48), ("Архангельск", 52),
                ("Вологда", 50), ("Петрозаводск", 45), ("Смоленск", 52), ("Орёл", 48), ("Великий Новгород", 38),
                ("Псков", 32), ("Набережные Челны", 84),
            ])
        + russian("Europe/Kaliningrad", 2, [("Калининград", 95)])
        + russian("Europe/Samara", 4, [("Самара", 195), ("Тольятти", 110), ("Ижевск", 105)])
        + russian("Europe/Saratov", 4, [("Саратов", 120)])
        + russian(
            "Asia/Yekaterinburg", 5,
            [
                ("Екатеринбург", 310), ("Челябинск", 190), ("Уфа", 185), ("Пермь", 165), ("Тюмень", 150),
                ("Оренбург", 80), ("Магнитогорск", 56), ("Сургут", 62),
            ])
        + russian("Asia/Omsk", 6, [("Омск", 140)])
        + russian("Asia/Novosibirsk", 7, [("Новосибирск", 320), ("Томск", 85)])
        + russian("Asia/Krasnoyarsk", 7, [("Красноярск", 165), ("Кемерово", 72)])
        + russian("Asia/Irkutsk", 8, [("Иркутск", 98), ("Улан-Удэ", 46)])
        + russian("Asia/Yakutsk", 9, [("Якутск", 40)])
        + russian("Asia/Vladivostok", 10, [("Владивосток", 92), ("Хабаровск", 80)])
        + [
            abroad("Минск", "Europe/Minsk", 3, 210, "+37529", 7), abroad("Алматы", "Asia/Almaty", 5, 190, "+7701", 7),
            abroad("Астана", "Asia/Almaty", 5, 110, "+7702", 7), abroad("Ереван", "Asia/Yerevan", 4, 70, "+37491", 6),
            abroad("Тбилиси", "Asia/Tbilisi", 4, 60, "+995599", 6),
            abroad("Ташкент", "Asia/Tashkent", 5, 75, "+99890", 7),
            abroad("Berlin", "Europe/Berlin", 1, 90, "+49151", 8), abroad("Paris", "Europe/Paris", 1, 60, "+336", 8),
            abroad("London", "Europe/London", 0, 65, "+4479", 8), abroad("Praha", "Europe/Prague", 1, 35, "+42073", 7),
            abroad("İstanbul", "Europe/Istanbul", 3, 55, "+9053", 8),
            abroad("Dubai", "Asia/Dubai", 4, 45, "+97150", 7),
            abroad("New York", "America/New_York", -5, 50, "+1212", 7),
            abroad("São Paulo", "America/Sao_Paulo", -3, 25, "+55119", 8),
        ]

    private static func russian(_ zone: String, _ hoursEast: Int, _ names: [(String, Int)]) -> [City] {
        names.map { name, weight in
            City(
                name: name, zone: zone, hoursEast: hoursEast, weight: weight, dialling: "+79", digits: 9,
                isRussian: true)
        }
    }

    private static func abroad(
        _ name: String, _ zone: String, _ hoursEast: Int, _ weight: Int, _ dialling: String, _ digits: Int
    ) -> City {
        City(
            name: name, zone: zone, hoursEast: hoursEast, weight: weight, dialling: dialling, digits: digits,
            isRussian: false)
    }

    /// Each name beside the letters it has in an e-mail address.
    static let men = [
        ("Александр", "alexander"), ("Дмитрий", "dmitry"), ("Максим", "maxim"), ("Сергей", "sergey"),
        ("Андрей", "andrey"), ("Алексей", "alexey"), ("Артём", "artem"), ("Илья", "ilya"), ("Кирилл", "kirill"),
        ("Михаил", "mikhail"), ("Никита", "nikita"), ("Матвей", "matvey"), ("Роман", "roman"), ("Егор", "egor"),
        ("Иван", "ivan"), ("Владимир", "vladimir"), ("Евгений", "evgeny"), ("Павел", "pavel"), ("Тимур", "timur"),
        ("Константин", "konstantin"), ("Олег", "oleg"), ("Николай", "nikolay"),
    ]
    static let women = [
        ("Анна", "anna"), ("Мария", "maria"), ("Елена", "elena"), ("Ольга", "olga"), ("Наталья", "natalia"),
        ("Екатерина", "ekaterina"), ("Татьяна", "tatiana"), ("Ирина", "irina"), ("Юлия", "julia"),
        ("Светлана", "svetlana"), ("Дарья", "daria"), ("Анастасия", "anastasia"), ("Ксения", "ksenia"),
        ("Полина", "polina"), ("Виктория", "victoria"), ("Алёна", "alena"), ("Марина", "marina"), ("София", "sofia"),
        ("Людмила", "lyudmila"), ("Галина", "galina"), ("Вера", "vera"), ("Алиса", "alisa"),
    ]
    /// Of a man; a woman's takes an `а`.
    static let surnames = [
        ("Иванов", "ivanov"), ("Смирнов", "smirnov"), ("Кузнецов", "kuznetsov"), ("Попов", "popov"),
        ("Васильев", "vasiliev"), ("Петров", "petrov"), ("Соколов", "sokolov"), ("Михайлов", "mikhailov"),
        ("Новиков", "novikov"), ("Фёдоров", "fedorov"), ("Морозов", "morozov"), ("Волков", "volkov"),
        ("Алексеев", "alekseev"), ("Лебедев", "lebedev"), ("Семёнов", "semenov"), ("Егоров", "egorov"),
        ("Павлов", "pavlov"), ("Козлов", "kozlov"), ("Степанов", "stepanov"), ("Николаев", "nikolaev"),
        ("Орлов", "orlov"), ("Андреев", "andreev"), ("Макаров", "makarov"), ("Никитин", "nikitin"),
        ("Захаров", "zakharov"), ("Зайцев", "zaitsev"), ("Соловьёв", "solovyev"), ("Борисов", "borisov"),
        ("Яковлев", "yakovlev"), ("Григорьев", "grigoriev"), ("Романов", "romanov"), ("Воробьёв", "vorobyev"),
        ("Кузьмин", "kuzmin"), ("Фролов", "frolov"), ("Гусев", "gusev"), ("Королёв", "korolev"),
        ("Баранов", "baranov"), ("Куликов", "kulikov"), ("Ильин", "ilyin"), ("Киселёв", "kiselev"),
    ]
    /// People of other places: men first, then as many women.
    static let givenNamesAbroad = [
        ("James", "james"), ("Lukas", "lukas"), ("Mehmet", "mehmet"), ("Jürgen", "juergen"), ("Arman", "arman"),
        ("Youssef", "youssef"), ("Jiří", "jiri"), ("Giorgi", "giorgi"), ("João", "joao"), ("Pierre", "pierre"),
        ("Emma", "emma"), ("Chloé", "chloe"), ("Zeynep", "zeynep"), ("Anahit", "anahit"), ("Aigerim", "aigerim"),
        ("Fatima", "fatima"), ("Eliška", "eliska"), ("Nino", "nino"), ("Mariana", "mariana"), ("Siobhán", "siobhan"),
    ]
    static let surnamesAbroad = [
        ("Smith", "smith"), ("Müller", "mueller"), ("Dupont", "dupont"), ("O'Connor", "oconnor"),
        ("Yılmaz", "yilmaz"), ("Novák", "novak"), ("Petrosyan", "petrosyan"), ("Nazarbayev", "nazarbayev"),
        ("García-López", "garcia"), ("da Silva", "dasilva"), ("Beridze", "beridze"), ("Al-Hashimi", "alhashimi"),
        ("Karimov", "karimov"), ("Schäfer", "schaefer"), ("Nguyen", "nguyen"), ("Kovalchuk", "kovalchuk"),
    ]
    /// Names that break what is careless: quoting, separators, line ends, direction, formulas, terminals.
    static let hostileNames = [
        "Robert \"Bob\" O'Neil", "Doe, Jane", "Два\nстрочных имени", "=cmd|' /C calc'!A0", "\u{1B}[31mRed\u{1B}[0m",
        "👩🏽‍🚀 Анна 🛒", "שרה לוי", "محمد علي", "abc\u{202E}gpj.exe", "+7 Анна", "@SUM(1+1)", "-2+3", "NULL", "tab\there",
        "; drop table customers", "Zoë’s \\ `ticks`", "  ", "ﬀ Ω İ ß", "a\r\nb", "<b>Иван</b>",
    ]
    static let domains = DemoWords(
        [
            "mail.ru", "yandex.ru", "gmail.com", "bk.ru", "inbox.ru", "rambler.ru", "outlook.com", "icloud.com",
            "list.ru",
        ],
        weights: [30, 28, 27, 4, 4, 3, 3, 2, 2])
    static let sources = DemoWords(
        ["search", "ads", "social", "referral", "store", "partner"], weights: [34, 26, 16, 11, 8, 5])
    static let visitSources = DemoWords(
        ["direct", "search", "ads", "social", "email", "push"], weights: [34, 28, 15, 11, 8, 4])
    static let tiers = DemoWords(["bronze", "silver", "gold"])
    static let genders = DemoWords(["female", "male"])

    /// What the shop sells: name, share of orders, price of a usual item, share of orders returned in per cent.
    static let categories = [
        (name: "shoes", weight: 17, price: 4_200, returned: 14),
        (name: "clothing", weight: 24, price: 2_600, returned: 12),
        (name: "home", weight: 13, price: 1_900, returned: 4), (name: "beauty", weight: 14, price: 1_100, returned: 2),
        (name: "kids", weight: 9, price: 1_500, returned: 6), (name: "sport", weight: 7, price: 3_100, returned: 7),
        (name: "electronics", weight: 6, price: 11_900, returned: 5),
        (name: "books", weight: 5, price: 620, returned: 1),
        (name: "ski", weight: 2, price: 9_800, returned: 8), (name: "gifts", weight: 3, price: 1_300, returned: 3),
    ]
}
