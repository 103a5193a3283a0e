using LeadGrains.Gateway.Admission;

namespace LeadGrains.Gateway.Tests.Admission;

public sealed class CallLimitTests
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(21);

    [Fact]
    public void TryEnter_WhenAsManyAreUnderWayAsMay_IsRefusedUntilOneLeaves()
    {
        var limit = new CallLimit(Target);
        for (var i = 0; i < CallLimit.Usual; i++)
            Assert.True(limit.TryEnter());

        Assert.False(limit.TryEnter());
        limit.Leave();
        Assert.True(limit.TryEnter());
        Assert.Equal((CallLimit.Usual, 1), (limit.UnderWay, limit.Refused));
    }

    [Fact]
    public void Step_WhenWorkWaitsTooLong_ShrinksFromWhatIsUnderWay()
    {
        var limit = new CallLimit(Target);
        for (var i = 0; i < 200; i++)
            limit.TryEnter();

        limit.Step(TooLong);

        Assert.Equal(160, limit.Limit);
    }

    [Fact]
    public void Step_WhenWorkAlwaysWaitsAndMoreCome_KeepsTheLeast()
    {
        var limit = new CallLimit(Target);
        Fill(limit, steps: 100, TooLong);

        Assert.Equal(CallLimit.Least, limit.Limit);
    }

    [Fact]
    public void Step_WhenWorkAlwaysWaitsForCallersThatWaitThemselves_RefusesNone()
    {
        var limit = new CallLimit(Target);
        for (var i = 0; i < 100; i++)
        {
            for (var caller = 0; caller < CallLimit.LeastUnlessRefused; caller++)
                Assert.True(limit.TryEnter());
            limit.Step(TooLong);
            for (var caller = 0; caller < CallLimit.LeastUnlessRefused; caller++)
                limit.Leave();
        }

        Assert.Equal(0, limit.Refused);
    }

    [Fact]
    public void Step_WhenNothingComesAnyMore_ComesBackToTheUsual()
    {
        var limit = new CallLimit(Target);
        for (var i = 0; i < 100; i++)
            limit.Step(TooLong);
        for (var i = 0; i < 100; i++)
            limit.Step(TimeSpan.Zero);

        Assert.Equal(CallLimit.Usual, limit.Limit);
    }

    [Fact]
    public void Step_WhenAllAreNeededAndNothingWaits_GrowsToTheMostInFiveSteps()
    {
        var limit = new CallLimit(Target);
        Fill(limit, steps: 5, TimeSpan.Zero);

        Assert.Equal(CallLimit.Most, limit.Limit);
    }

    [Fact]
    public void Step_WhenManyBeginToCome_WaitsOneStepBeforeItGrowsQuickly()
    {
        var limit = new CallLimit(Target);
        limit.Step(TimeSpan.Zero);
        Fill(limit, steps: 1, TimeSpan.Zero);

        Assert.InRange(limit.Limit, CallLimit.Usual + 1, CallLimit.Usual * 9 / 8);
    }

    [Fact]
    public void Step_WhenWorkHasWaited_GrowsSlowly()
    {
        var limit = new CallLimit(Target);
        Fill(limit, steps: 1, TooLong);
        var shrunk = limit.Limit;
        Fill(limit, steps: 4, TimeSpan.Zero);

        Assert.InRange(limit.Limit, shrunk + 1, 2 * shrunk);
    }

    [Fact]
    public void Step_WhenFewComeAfterMany_ComesBackToTheUsualAndGrowsQuicklyAgain()
    {
        var limit = new CallLimit(Target);
        Fill(limit, steps: 1, TooLong);
        Fill(limit, steps: 100, TimeSpan.Zero);
        while (limit.UnderWay > 0)
            limit.Leave();
        for (var i = 0; i < 100; i++)
            limit.Step(TimeSpan.Zero);
        Assert.Equal(CallLimit.Usual, limit.Limit);

        Fill(limit, steps: 5, TimeSpan.Zero);
        Assert.Equal(CallLimit.Most, limit.Limit);
    }

    // A server that does so many calls a millisecond, one after the other, each taking a moment of its own beside.
    [Theory]
    [InlineData(2, 5)]
    [InlineData(20, 5)]
    [InlineData(2, 50)]
    public void Flood_WhenFiveTimesAsManyCome_KeepsTheServerBusyAndTheWaitShort(int perMillisecond, int ownMilliseconds)
    {
        const int Offered = 5;
        var limit = new CallLimit(Target);
        var server = new PlainServer(limit, perMillisecond, ownMilliseconds);
        server.Run(milliseconds: 5_000, offered: Offered * perMillisecond);
        server.Forget();
        server.Run(milliseconds: 10_000, offered: Offered * perMillisecond);

        Assert.InRange(server.Done, 0.9 * 10_000 * perMillisecond, 10_000 * perMillisecond);
        Assert.InRange(server.LongestWait, 0, 10 * Target.TotalMilliseconds);

        server.Run(milliseconds: 1_000, offered: perMillisecond / 2);
        var refused = limit.Refused;
        server.Run(milliseconds: 5_000, offered: perMillisecond / 2);
        Assert.Equal(refused, limit.Refused);
    }

    private static void Fill(CallLimit limit, int steps, TimeSpan delay)
    {
        for (var i = 0; i < steps; i++)
        {
            while (limit.TryEnter())
            {
            }

            limit.Step(delay);
        }
    }

    private sealed class PlainServer(CallLimit limit, int perMillisecond, int ownMilliseconds)
    {
        private const int MillisecondsPerStep = 60;

        private readonly Queue<int> _waiting = new();
        private readonly Queue<int> _ending = new();
        private int _now;
        private int _least = int.MaxValue;

        public int Done { get; private set; }

        public int LongestWait { get; private set; }

        public void Forget() => (Done, LongestWait) = (0, 0);

        public void Run(int milliseconds, int offered)
        {
            for (var end = _now + milliseconds; _now < end; _now++)
            {
                for (var i = 0; i < offered && limit.TryEnter(); i++)
                    _waiting.Enqueue(_now);
                for (var i = 0; i < perMillisecond && _waiting.TryDequeue(out var came); i++)
                {
                    LongestWait = Math.Max(LongestWait, _now - came);
                    _ending.Enqueue(_now + ownMilliseconds);
                }

                while (_ending.TryPeek(out var due) && due <= _now)
                {
                    _ending.Dequeue();
                    limit.Leave();
                    Done++;
                }

                Look();
            }
        }

        private void Look()
        {
            _least = Math.Min(_least, _waiting.TryPeek(out var came) ? _now - came : 0);
            if (_now % MillisecondsPerStep != 0)
                return;
            limit.Step(TimeSpan.FromMilliseconds(_least));
            _least = int.MaxValue;
        }
    }
}
