using System.Text;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <param name="View">The contact.</param>
/// <param name="Parts">Every addend of its score, where asked for.</param>
/// <param name="IsEarly">The instant asked for lies before the contact's last entry.</param>
/// <param name="IsRestated">Its points have been stated anew since that instant: what has become too small to keep may have counted then.</param>
internal sealed record ContactAnswer(ContactView View, IReadOnlyList<ScorePart> Parts, bool IsEarly, bool IsRestated)
{
    /// <summary>The id that was asked for leads to this contact now, and may not have done so at that instant.</summary>
    public bool IsAnothers { get; init; }

    /// <summary>What is to be said of a contact whose columns are up to date.</summary>
    public static ContactAnswer Of(Partition partition, ContactGrain contact, Viewpoint from, bool explain)
    {
        // The columns let days go once they are of no use for now.
        var score = partition.Contacts.Columns.ScoreAt(contact.Slot, from.At) with
        {
            Velocity = VelocityDays.Of(contact.Intent.Velocity).At(from.At.UtcDay),
        };
        var match = AccountMatch.Of(contact.Membership);
        var view = new ContactView(
            partition.IdOf(GrainKind.Contact, contact.Slot),
            Encoding.UTF8.GetString(contact.Membership.Email),
            contact.Membership.AccountId,
            match.Kind,
            new Dictionary<string, TraitValue>(contact.Traits, StringComparer.Ordinal),
            ScoreViews.Of(score, from.At, from.ModelVersion),
            contact.LastSignalAt == Instant.Min ? null : contact.LastSignalAt,
            contact.SignalCount,
            Disqualified: contact.Disqualifier is not null,
            DisqualifiedReason: contact.Disqualifier?.Reason ?? "")
        {
            Role = contact.Role < 0 ? "" : from.Model.Roles[contact.Role].Name,
            Dormant = score.IsDormant,
            WokeUpAt = contact.Run.WokeUpAt,
            MergedContactIds = contact.Identity is { } identity ? [.. identity.Merged.Select(merged => merged.Id)] : [],
            AccountMatchConfidence = match.Confidence,
            AccountMatchReason = match.Reason,
            IsIdentified = contact.IsIdentified,
        };
        var parts = explain ? ContactExplanation.Of(from.Model, contact.Traits, contact.Intent, from.At, contact.DuplicateCount) : [];
        return new ContactAnswer(view, parts, IsEarly: false, IsRestated: partition.Contacts.Columns.Sums.HasMovedSince(from.At));
    }
}
