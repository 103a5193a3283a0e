using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.V1;

namespace LeadGrains.Host.Exporting;

/// <summary>The columns of CSV files. Scripts rely on their names: they are only ever added to, at the end before the traits.</summary>
/// <param name="traits">Traits that get a column of their own.</param>
/// <param name="exact">Texts as they are.</param>
internal sealed class CsvColumns(IReadOnlyList<string> traits, bool exact)
{
    private static readonly string[] ScoreColumns = ["stage", "grade", "total", "fit", "intent", "intent_points", "velocity", "as_of", "model_version"];

    private static readonly string[] ContactColumns =
        ["contact_id", "email", "account_id", "account_match", .. ScoreColumns, "role", "disqualified", "disqualified_reason", "dormant", "woke_up_at", "last_signal_at", "signal_count"];

    private static readonly string[] AccountColumns =
        ["account_id", "name", "domains", "parent_account_id", .. ScoreColumns, "contact_count", "engaged_contacts", "surging", "dormant", "woke_up_at", "disqualified", "disqualified_reason", "last_signal_at"];

    private static readonly string[] SignalColumns =
        ["entry_id", "received_at", "source", "id", "type", "contact_id", "account_id", "email", "occurred_at", "attributes"];

    private readonly CsvRow _row = new(exact);

    public string ContactHeader => Header([.. ContactColumns, .. traits, "traits"]);

    public string AccountHeader => Header([.. AccountColumns, .. traits, "traits"]);

    public string SignalHeader => Header(SignalColumns);

    public string Line(Contact contact)
    {
        _row.Text(contact.ContactId).Text(contact.Email).Text(contact.AccountId).Text(contact.AccountMatch);
        Add(contact.Score);
        _row.Text(contact.Role).Truth(contact.Disqualified).Text(contact.DisqualifiedReason).Truth(contact.Dormant)
            .Time(contact.WokeUpAt).Time(contact.LastSignalAt).Number(contact.SignalCount);
        return Traits(contact.Traits);
    }

    public string Line(Account account)
    {
        _row.Text(account.AccountId).Text(account.Name).Texts(account.Domains).Text(account.ParentAccountId);
        Add(account.Score);
        _row.Number((ulong)account.ContactCount).Number(account.EngagedContacts).Truth(account.Surging).Truth(account.Dormant)
            .Time(account.WokeUpAt).Truth(account.Disqualified).Text(account.DisqualifiedReason).Time(account.LastSignalAt);
        return Traits(account.Traits);
    }

    public string Line(ExportedSignal exported)
    {
        var signal = exported.Signal;
        var attributes = new Struct();
        foreach (var (name, value) in signal.Attributes)
        {
            attributes.Fields[name] = Value.ForString(value);
        }

        return _row.Text(exported.EntryId).Time(exported.ReceivedAt).Text(signal.Source).Text(signal.Id).Text(signal.Type).Text(signal.ContactId)
            .Text(signal.AccountId).Text(signal.Email).Time(signal.OccurredAt).Text(JsonFormatter.Default.Format(attributes)).End();
    }

    private string Header(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _row.Text(name);
        }

        return _row.End();
    }

    private void Add(Score score) => _row.Text(score.Stage).Text(score.Grade).Number(score.Total).Number(score.Fit).Number(score.Intent)
        .Number(score.IntentPoints).Number(score.Velocity).Time(score.AsOf).Number((ulong)score.ModelVersion);

    private string Traits(Struct known)
    {
        foreach (var trait in traits)
        {
            _row.Text(known.Fields.TryGetValue(trait, out var value) ? TextOf(value) : "");
        }

        return _row.Text(JsonFormatter.Default.Format(known)).End();
    }

    private static string TextOf(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NullValue => "",
        _ => JsonFormatter.Default.Format(value),
    };
}
