namespace LeadGrains.Grains.Tests;

/// <summary>Numbers that are stored or sent. They may only ever be added to.</summary>
public sealed class StoredNumberTests
{
    [Fact]
    public void GrainKind_WhenStored_HasTheJournalsNumbers()
    {
        var ours = Enum.GetValues<GrainKind>().Where(kind => kind != GrainKind.None).Select(kind => ((int)kind, kind.ToString()));
        var theirs = Enum.GetValues<Journal.V1.GrainKind>().Where(kind => kind != Journal.V1.GrainKind.Unspecified).Select(kind => ((int)kind, kind.ToString()));

        Assert.Equal(theirs, ours);
        Assert.Equal((int)Journal.V1.GrainKind.Unspecified, (int)GrainKind.None);
    }

    [Fact]
    public void RejectionReason_WhenSent_HasTheApisNumbers()
    {
        var ours = Enum.GetValues<RejectionReason>().Select(reason => ((int)reason, reason.ToString()));
        var theirs = Enum.GetValues<V1.RejectionReason>().Where(reason => reason != V1.RejectionReason.Unspecified).Select(reason => ((int)reason, reason.ToString()));

        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void AckLevel_WhenSent_HasTheApisNumbers()
    {
        var ours = Enum.GetValues<AckLevel>().Select(level => ((int)level, level.ToString()));
        var theirs = Enum.GetValues<V1.AckLevel>().Where(level => level != V1.AckLevel.Unspecified).Select(level => ((int)level, level.ToString()));

        Assert.Equal(theirs, ours);
    }
}
