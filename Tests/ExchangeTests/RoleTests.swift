import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// What columns are taken for by their names.
struct RoleTests {
    @Test(arguments: [
        ("id,name", "id"), ("id,customer_id", "customer_id"), ("email,name", "email"), ("email,user_id", "user_id"),
        ("CustomerID,x", "CustomerID"), ("Customer Id,x", "Customer Id"), ("key,city", "key"),
        ("Код клиента,x", "Код клиента"),
        ("клиент,город", "клиент"), ("ID,email,phone", "ID"),
    ])
    func customerKeys(_ header: String, _ key: String) throws {
        let imported = try importText(header + "\n" + header.map { $0 == "," ? "," : "a" } + "\n")
        #expect(imported.plan.keyColumn.map { imported.names[$0] } == key)
    }

    @Test func customersWithoutKeyAreNumbered() throws {
        let imported = try importText("recency,spend\n1,2\n1,2\n")
        #expect(imported.plan.keyColumn == nil)
        #expect(imported.rows.count == 2)
        #expect(imported.plan.report.notes.contains { $0.contains("numbered from 1") })
    }

    @Test func severalKeysAreRefusedWithTheClause() throws {
        let failure = importFailure("customer_id,client_id\n1,2\n")
        #expect(failure?.code == "ambiguous-column")
        #expect(failure?.help == ["add `key customer_id`", "add `key client_id`"])
        let imported = try importText("customer_id,client_id\n1,2\n", .customers { $0.key = "client_id" })
        #expect(imported.roles == [.attribute, .key])
        #expect(importFailure("id,x\n1,2\n", .customers { $0.key = "idd" })?.code == "unknown-column")
    }

    @Test func theTablesKeyIsFoundUnderAnotherName() throws {
        let key = ColumnSchema(name: "customer_id", type: .integer, role: .key)
        let table = TableSchema(name: "customers", kind: .customers, columns: [key])
        let imported = try importText("id,city\n1,Oslo\n", .customers { $0.existing = table })
        #expect(imported.names == ["customer_id", "city"])
        #expect(imported.plan.report.notes.contains("`id` is the table's `customer_id`"))
        #expect(importFailure("city\nOslo\n", .customers { $0.existing = table })?.code == "no-key-column")
    }

    @Test func activity() throws {
        let imported = try importText(
            "order_id,customer_id,ordered_at,created_at,total\n1,a,2026-01-01,2026-01-02,5\n2,a,2026-01-03,2026-01-03,6\n",
            .orders())
        #expect(imported.roles == [.rowKey, .key, .time, .attribute, .attribute])
        let cyrillic = try importText("клиент;дата;сумма\n1;22.11.2026;100,50\n", .orders())
        #expect(cyrillic.roles == [.key, .time, .attribute])
        #expect(cyrillic.types == [.integer, .date, .decimal(scale: 2)])
    }

    @Test func repeatedRowKeysAreNoKeys() throws {
        let imported = try importText("order_id,customer_id,date\n1,a,2026-01-01\n1,a,2026-01-01\n", .orders())
        #expect(imported.role("order_id") == .attribute)
        #expect(imported.plan.report.notes.contains { $0.contains("`order_id` repeats") })
        let named = try importText(
            "order_id,customer_id,date\n1,a,2026-01-01\n1,a,2026-01-01\n", .orders { $0.key = "order_id" })
        #expect(named.role("order_id") == .rowKey)
    }

    @Test func timesAreToldOrRefused() throws {
        #expect(importFailure("customer_id,total\n1,5\n", .orders())?.code == "no-time-column")
        #expect(importFailure("customer_id,date\n1,soon\n", .orders())?.code == "not-a-time")
        #expect(importFailure("total,date\n1,2026-01-01\n", .orders())?.code == "no-customer-column")
        let two = "customer_id,paid_at,shipped_at\n1,2026-01-01,2026-01-02\n"
        #expect(importFailure(two, .orders())?.help == ["add `at paid_at`", "add `at shipped_at`"])
        #expect(try importText(two, .orders { $0.time = "shipped_at" }).role("shipped_at") == .time)
        let sole = try importText("customer_id,moment\n1,2026-01-01\n", .orders())
        #expect(sole.role("moment") == .time)
        #expect(importFailure(two, .orders { $0.time = "customer_id" })?.code == "not-a-time")
    }

    @Test func referencesTakeTheTypeOfTheCustomersKey() throws {
        let key = ColumnSchema(name: "id", type: .text, role: .key)
        let imported = try importText("customer_id,date\n17,2026-01-01\n", .orders { $0.customerKey = key })
        #expect(imported.rows[0][0] == .text("17"))
        let number = ColumnSchema(name: "id", type: .integer, role: .key)
        let wider = try importText("customer_id,date\nA17,2026-01-01\n", .orders { $0.customerKey = number })
        #expect(wider.plan.report.widenings.first?.table == "customers")
        #expect(wider.plan.report.widenings.first?.to == .text)
        let mailed = importFailure("email,date\na@example.org,2026-01-01\n", .orders { $0.customerKey = number })
        #expect(mailed?.code == "no-customer-column")
        #expect(mailed?.help.contains("add `customer email`") == true)
    }

    @Test func rowsWithoutKeyOrTimeAreRejected() throws {
        let imported = try importText(
            "customer_id,date,n\n1,2026-01-01,1\n,2026-01-01,2\n3,,3\n4,2026-01-04,4\n", .orders())
        #expect(imported.column("n") == integers(1, 4))
        #expect(imported.tally.rejections.map(\.reason) == ["no key", "no time"])
        #expect(imported.tally.rejections.map(\.column) == ["customer_id", "date"])
    }

    @Test func channels() throws {
        let imported = try importText(
            """
            id,email,phone,push_token,email_consent,sms_ok,push_optin,unsubscribed,city
            1,a@example.org,+79161234567,t1,yes,1,true,0,Oslo
            2,b@example.org,+79161234568,t2,no,0,false,1,Oslo

            """)
        let expected: [ColumnSchema.Role] = [
            .key, .address(channel: "email"), .address(channel: "sms"), .address(channel: "push"),
            .consent(channel: "email"), .consent(channel: "sms"), .consent(channel: "push"), .attribute, .attribute,
        ]
        #expect(imported.roles == expected)
        #expect(imported.plan.report.channels.map(\.name) == ["email", "push", "sms"])
        #expect(imported.type("sms_ok") == .integer)
        #expect(imported.plan.report.notes.contains { $0.contains("`unsubscribed`") })
    }

    @Test func russianChannels() throws {
        let imported = try importText(
            "id;почта;телефон;согласие_sms;согласие_email;имя\n1;a@example.org;89161234567;да;да;Анна\n")
        let expected: [ColumnSchema.Role] = [
            .key, .address(channel: "email"), .address(channel: "sms"), .consent(channel: "sms"),
            .consent(channel: "email"), .personal,
        ]
        #expect(imported.roles == expected)
    }

    @Test func aKeyCanBeAnAddress() throws {
        let imported = try importText("email,subscribed\na@example.org,true\n")
        #expect(imported.roles == [.key, .consent(channel: "email")])
        #expect(
            imported.plan.report.channels == [
                ImportReport.Channel(name: "email", address: "email", consent: "subscribed")
            ])
    }

    @Test func personalColumnsShowNoValues() throws {
        let imported = try importText("id,first_name,city,email,mobile,phone\n1,Anna,Oslo,anna@x.org,7911,7922\n")
        #expect(imported.role("first_name") == .personal)
        #expect(imported.role("phone") == .personal)
        let examples = imported.plan.report.columns.map(\.examples)
        #expect(examples == [["1"], ["A…"], ["Oslo"], ["a…"], ["7…"], ["7…"]])
    }

    @Test func hostileNamesMeanNothing() throws {
        let imported = try importText("id,segment,channel,visit,send\n1,a,b,1,c\n")
        #expect(imported.roles == [.key, .attribute, .attribute, .attribute, .attribute])
        #expect(imported.plan.report.channels.isEmpty)
    }
}
