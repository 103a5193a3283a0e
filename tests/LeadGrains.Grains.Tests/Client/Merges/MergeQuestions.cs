using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

/// <summary>Short ways to merge.</summary>
internal static class MergeQuestions
{
    public static async Task<ContactView> MergeAsync(this TestNode node, string from, string into) => (await node.MergeWithResultAsync(from, into)).Contact;

    public static Task<(ContactView Contact, MergeResult Result)> MergeWithResultAsync(this TestNode node, string from, string into) =>
        node.Client.MergeContactsAsync(Workspaces.Default, from, into, CancellationToken.None);

    /// <summary>Sees to it that a contact is known.</summary>
    public static async Task<string> KnownAsync(this TestNode node, string id)
    {
        await node.UpsertAsync(new ContactUpsert(0, id, null, null, []));
        return id;
    }
}
