using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class RankColumnsTests
{
    private static readonly Instant Now = RandomRows.Now;

    /// <summary>The contact's own state is the measure: the columns must give the same points, however long ago it was.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(400)]
    public void ScoreAt_WhenAskedLater_GivesThePointsOfTheState(int days)
    {
        var model = Models.Staged;
        var state = new IntentState();
        foreach (var (type, hours) in new[] { ("a", 30), ("b", 29), ("e", 10), ("c", 5), ("d", 1), ("b", 0) })
            state.Apply(model, System.Text.Encoding.UTF8.GetBytes(type), Now + TimeSpan.FromHours(-hours), new NoAttributes());
        var columns = Columns(GrainKind.Contact);
        Set(columns, state);
        var later = Now + TimeSpan.FromDays(days);
        columns.AdvanceTo(later);

        var score = columns.ScoreAt(0, later);

        var points = state.PointsAt(model, later);
        Assert.Equal(points, score.IntentPoints, 1e-12);
        Assert.Equal(Scores.Intent(score.IntentPoints, 60), score.Intent);
        Assert.Equal(Scores.Total(model, 0, score.Intent), score.Total);
        Assert.Equal(state.Velocity.At(later.UtcDay), score.Velocity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MemoryBytes_WhenAThirdOfTheAccountsIsActive_IsUnder200EachUnderTheDefaultModel(bool haveOwnSignals)
    {
        const int accounts = 8_192;
        var columns = new RankColumns(DefaultModel.Model, GrainKind.Account, 0, new ResidentTable(), RandomRows.Now);
        for (var i = 0; i < accounts; i++)
            columns.Keys.FindOrAdd((ulong)i, 0, BitConverter.GetBytes(i), out _);
        columns.EnsureSlots();
        for (var slot = 0; slot < accounts; slot += 3)
        {
            columns.Velocity.Set(slot, VelocityDays.Unpack(RandomRows.Now.UtcDay, mask: 1, [1]));
            columns.SetTraits(slot, new Dictionary<string, TraitValue> { ["employees"] = TraitValue.Number(slot) });
            if (haveOwnSignals)
                columns.SetPoints(slot, new double[columns.Sums.Count], GroupSet.All, RandomRows.Now, default);
        }

        Assert.InRange((double)columns.MemoryBytes / accounts, 1, 200);
    }

    [Fact]
    public void ScoreAt_WhenTheHeldStageIsTooHigh_ShowsALowerOne()
    {
        var columns = Columns(GrainKind.Contact);
        columns.Fit[0] = 60;
        columns.Stage[0] = 2;
        columns.Sums[0][0] = 70 * Landmark.At(Now, columns.Sums.HalfLives[0]).WeightOf(Now, columns.Sums.HalfLives[0]);

        Assert.Equal("mql", columns.ScoreAt(0, Now).Stage);
        Assert.Equal("nurture", columns.ScoreAt(0, Now + TimeSpan.FromDays(60)).Stage);
    }

    [Fact]
    public void AdvanceTo_WhenTheClockGoesBack_ChangesNothing()
    {
        var columns = Columns(GrainKind.Account);
        var landmarks = columns.Sums.Landmarks.ToArray();

        columns.AdvanceTo(Now + TimeSpan.FromDays(-2_000));

        Assert.Equal(landmarks, columns.Sums.Landmarks.ToArray());
        Assert.Equal(Now.UtcDay, columns.Today);
        Assert.Equal(0, columns.Moves);
    }

    [Fact]
    public void AdvanceTo_WhenAThousandHalfLivesGoBy_LeavesNothing()
    {
        var columns = Columns(GrainKind.Contact);
        columns.Sums[0][0] = 1e6;
        columns.AdvanceTo(Now + TimeSpan.FromDays(7 * 500));
        Assert.NotEqual(0, columns.Sums[0][0]);

        columns.AdvanceTo(Now + TimeSpan.FromDays(7 * 1_100));

        Assert.Equal(0, columns.Sums[0][0]);
    }

    [Fact]
    public void SetPoints_WhenAnAccountHasSignalsOfItsOwn_AddsThemAfterBreadth()
    {
        var columns = Columns(GrainKind.Account);
        var one = Landmark.At(Now, columns.Sums.HalfLives[0]).WeightOf(Now, columns.Sums.HalfLives[0]);
        columns.Sums[0][0] = 10 * one;
        columns.Engaged[0][0] = 3 * columns.Engaged.Landmarks[0].WeightOf(Now, columns.Models.Set.Everyones.EngagedHalfLife);
        Assert.False(columns.Own.InUse);
        Assert.Equal(15, columns.ScoreAt(0, Now).IntentPoints, 1e-9);

        columns.SetPoints(0, [4 * one, 0, 0, 0, 0], GroupSet.All, Now, default);

        Assert.Equal(19, columns.ScoreAt(0, Now).IntentPoints, 1e-9);
        Assert.Equal(3, columns.ScoreAt(0, Now).Engaged, 1e-9);
        Assert.Equal(Now, columns.LastSignalAt(0));
    }

    [Fact]
    public void MemoryBytes_WhenAThousandTimesAsManySlots_StaysWithinTheBoundForEach()
    {
        foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
        {
            var columns = new RankColumns(DefaultModel.Model, kind, 0, new ResidentTable(), Now);
            for (var slot = 0; slot < 65_536; slot++)
                columns.Keys.FindOrAdd((ulong)slot, 0, BitConverter.GetBytes(slot), out _);
            columns.EnsureSlots();

            Assert.InRange(columns.MemoryBytes / 65_536.0, 80, 120);
        }
    }

    private static RankColumns Columns(GrainKind kind)
    {
        var columns = new RankColumns(Models.Staged, kind, 0, new ResidentTable(), Now);
        columns.Keys.FindOrAdd(1, 0, "a"u8, out _);
        columns.EnsureSlots();
        return columns;
    }

    private static void Set(RankColumns columns, IntentState state)
    {
        var sums = new double[columns.Sums.Count];
        state.SumsInto(columns.Models.Set.Everyones, columns.Sums.Landmarks, sums);
        columns.SetPoints(0, sums, GroupSet.All, Now, state.Velocity);
    }
}
