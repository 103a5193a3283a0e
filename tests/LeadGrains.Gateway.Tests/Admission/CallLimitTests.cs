using LeadGrains.Gateway.Admission;

namespace LeadGrains.Gateway.Tests.Admission;

public sealed class CallLimitTests
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(21);
    private static readonly TimeSpan Short = 4 * Target;
    private static readonly Func<TimeSpan> Empty = static () => TimeSpan.Zero;

    [Fact]
    public void TryEnter_WhenAsManyAreUnderWayAsMay_IsRefusedUntilOneLeaves()
    {
        var limit = new CallLimit(Target, Empty);
        for (var i = 0; i < CallLimit.Usual; i++)
            Assert.True(limit.TryEnter());

        Assert.False(limit.TryEnter());
        limit.Leave();
        Assert.True(limit.TryEnter());
        Assert.Equal((CallLimit.Usual, 1), (limit.UnderWay, limit.Refused));
    }

    [Fact]
    public void TryEnter_WhenManyAreUnderWayAndTheQueuesAreLong_IsRefusedBeforeAnyStep()
    {
        var delay = TimeSpan.Zero;
        var limit = new CallLimit(Target, () => delay);
        for (var i = 0; i < CallLimit.Unasked; i++)
            Assert.True(limit.TryEnter());

        delay = TimeSpan.FromTicks(Short.Ticks + 1);
        Assert.False(limit.TryEnter());
        delay = Short;
        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void TryEnter_WhenFewAreUnderWay_AsksForNoQueues()
    {
        var limit = new CallLimit(Target, () => throw new InvalidOperationException("Nobody asks for that yet."));
        for (var i = 0; i < CallLimit.Unasked; i++)
            Assert.True(limit.TryEnter());
    }

    [Fact]
    public void Step_WhenWorkWaitsTooLong_ShrinksFromWhatIsUnderWay()
    {
        var limit = new CallLimit(Target, Empty);
        for (var i = 0; i < 500; i++)
            limit.TryEnter();

        limit.Step(TooLong);

        Assert.Equal(400, limit.Limit);
    }

    [Fact]
    public void Step_WhenWorkAlwaysWaitsAndMoreCome_KeepsTheLeast()
    {
        var limit = new CallLimit(Target, Empty);
        for (var i = 0; i < 100; i++)
        {
            while (limit.TryEnter())
            {
            }

            limit.Step(TooLong);
        }

        Assert.Equal(CallLimit.Least, limit.Limit);
    }

    [Fact]
    public void Step_WhenWorkAlwaysWaitsForCallersThatWaitThemselves_RefusesNone()
    {
        var limit = new CallLimit(Target, Empty);
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
        var limit = new CallLimit(Target, Empty);
        for (var i = 0; i < 100; i++)
            limit.Step(TooLong);
        for (var i = 0; i < 100; i++)
            limit.Step(TimeSpan.Zero);

        Assert.InRange(limit.Limit, CallLimit.Usual, CallLimit.Usual * 2);
    }

    [Fact]
    public void Step_WhenAllAreNeededAndNothingWaits_GrowsToTheMost()
    {
        var limit = new CallLimit(Target, Empty);
        for (var i = 0; i < 100; i++)
        {
            while (limit.TryEnter())
            {
            }

            limit.Step(TimeSpan.Zero);
        }

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
        var server = new PlainServer(perMillisecond, ownMilliseconds);
        var limit = server.Limit;
        server.Run(milliseconds: 5_000, offered: Offered * perMillisecond);
        Assert.InRange(server.LongestWait, 0, Short.TotalMilliseconds + (CallLimit.Unasked / perMillisecond));
        server.Forget();
        server.Run(milliseconds: 10_000, offered: Offered * perMillisecond);

        Assert.InRange(server.Done, 0.9 * 10_000 * perMillisecond, 10_000 * perMillisecond);
        Assert.InRange(server.LongestWait, 0, 10 * Target.TotalMilliseconds);

        server.Run(milliseconds: 1_000, offered: perMillisecond / 2);
        var refused = limit.Refused;
        server.Run(milliseconds: 5_000, offered: perMillisecond / 2);
        Assert.Equal(refused, limit.Refused);
    }

    private sealed class PlainServer
    {
        private const int MillisecondsPerStep = 60;

        private readonly Queue<int> _waiting = new();
        private readonly Queue<int> _ending = new();
        private readonly int _perMillisecond;
        private readonly int _ownMilliseconds;
        private int _now;
        private int _least = int.MaxValue;

        public PlainServer(int perMillisecond, int ownMilliseconds)
        {
            (_perMillisecond, _ownMilliseconds) = (perMillisecond, ownMilliseconds);
            Limit = new CallLimit(Target, () => TimeSpan.FromMilliseconds(_waiting.Count / _perMillisecond));
        }

        public CallLimit Limit { get; }

        public int Done { get; private set; }

        public int LongestWait { get; private set; }

        public void Forget() => (Done, LongestWait) = (0, 0);

        public void Run(int milliseconds, int offered)
        {
            for (var end = _now + milliseconds; _now < end; _now++)
            {
                for (var i = 0; i < offered && Limit.TryEnter(); i++)
                    _waiting.Enqueue(_now);
                for (var i = 0; i < _perMillisecond && _waiting.TryDequeue(out var came); i++)
                {
                    LongestWait = Math.Max(LongestWait, _now - came);
                    _ending.Enqueue(_now + _ownMilliseconds);
                }

                while (_ending.TryPeek(out var due) && due <= _now)
                {
                    _ending.Dequeue();
                    Limit.Leave();
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
            Limit.Step(TimeSpan.FromMilliseconds(_least));
            _least = int.MaxValue;
        }
    }
}
