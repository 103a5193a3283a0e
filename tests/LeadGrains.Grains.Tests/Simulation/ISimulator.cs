namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>A seeded run of something that things happen to, beside a twin that nothing happens to.</summary>
internal interface ISimulator : IAsyncDisposable
{
    /// <summary>What it did last, and how things stand; for people.</summary>
    string State { get; }

    /// <summary>The next thing happens.</summary>
    Task StepAsync();

    /// <summary>Compares everything that callers can see.</summary>
    Task CompareAsync();

    /// <summary>What grains owe each other; for people, when something has failed.</summary>
    Task<string> DescribeAsync() => Task.FromResult("");
}
