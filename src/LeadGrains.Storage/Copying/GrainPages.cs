using System.Runtime.CompilerServices;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Goes through all that is kept of a partition's grains.</summary>
internal static class GrainPages
{
    // Some hundred kilobytes as a rule; grains with all the signals that are remembered take up to 128 KiB each.
    private const int RowsAPage = 256;

    public static async IAsyncEnumerable<IReadOnlyList<GrainRow>> OfAsync(
        IGrainGeneration generation, int partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = await generation.ReadPageAsync(partition, null, RowsAPage, cancellationToken);
        while (page.Count > 0)
        {
            yield return page;
            page = page.Count < RowsAPage ? [] : await generation.ReadPageAsync(partition, page[^1].Key, RowsAPage, cancellationToken);
        }
    }
}
