using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>Goes through the signals that a stream has sent, grain by grain, each grain's in the order of sending.</summary>
internal static class PlainReplay
{
    /// <summary>Adds a stream's signals up to a number to the grains.</summary>
    /// <param name="plan">What was sent.</param>
    /// <param name="stream">Whose signals.</param>
    /// <param name="sent">How many of its signals were sent.</param>
    /// <param name="model">Scores them.</param>
    /// <param name="grains">By target; those of the stream are filled in, and stay null where they got no signal.</param>
    /// <returns>For each target that got a signal, the number of its last one.</returns>
    public static List<long> Run(LoadPlan plan, int stream, long sent, PlainModel model, PlainGrain?[] grains)
    {
        // A counting sort by target keeps the order of each target's signals and needs no list for each.
        var starts = new int[plan.Population.Contacts + plan.Population.Accounts + 1];
        for (long number = 0; number < sent; number++)
        {
            starts[plan.At(stream, number).Target + 1]++;
        }

        for (var target = 1; target < starts.Length; target++)
        {
            starts[target] += starts[target - 1];
        }

        var numbers = new int[sent];
        var next = starts.AsSpan(..^1).ToArray();
        for (long number = 0; number < sent; number++)
        {
            numbers[next[plan.At(stream, number).Target]++] = (int)number;
        }

        return Replay(plan, stream, model, grains, starts, numbers);
    }

    private static List<long> Replay(LoadPlan plan, int stream, PlainModel model, PlainGrain?[] grains, int[] starts, int[] numbers)
    {
        var last = new List<long>();
        var scratch = new PlainScratch();
        for (var target = 0; target < grains.Length; target++)
        {
            var own = numbers.AsSpan(starts[target]..starts[target + 1]);
            if (own.IsEmpty)
            {
                continue;
            }

            var grain = grains[target] = new PlainGrain(model);
            scratch.Clear();
            foreach (var number in own)
            {
                var planned = plan.At(stream, number);
                grain.Add(plan.Catalogue.Kinds[planned.Kind], planned.OccurredAtSecond * TimeSpan.TicksPerSecond, scratch);
            }

            last.Add(own[^1]);
        }

        return last;
    }
}
