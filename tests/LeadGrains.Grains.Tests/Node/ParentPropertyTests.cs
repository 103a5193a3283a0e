namespace LeadGrains.Grains.Tests.Node;

public sealed class ParentPropertyTests
{
    private const int Runs = 60;
    private const int Steps = 45;

    [Fact]
    public async Task Accounts_AfterAnythingThatHappens_AreWhatPlainArithmeticSays()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Failed with seed {seed}: {failure.Message}", failure);
            }
        }
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await using var company = await PlainCompanies.StartAsync(random);
        for (var step = 1; step <= Steps; step++)
        {
            await company.StepAsync();
            if (step % 9 == 0)
                await company.CompareAsync();
        }
    }
}
