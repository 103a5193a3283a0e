using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Partitions;

public sealed class LoopQueueTests
{
    private const int Requests = 40;

    [Fact]
    public async Task GoOnIn_WhenTheReaderSetsAsideAndOthersPost_LeavesNothingBehindAndKeepsTheOrder()
    {
        using var meters = new GrainMeters(new ManualClock());
        for (var times = 0; times < 300; times++)
        {
            using var queue = new LoopQueue(1_000, meters);
            using var successor = new LoopQueue(1_000, meters);
            using var ready = new Barrier(3);
            var ended = false;
            var posting = Task.Run(() =>
            {
                ready.SignalAndWait(TestContext.Current.CancellationToken);
                for (var number = 0; number < Requests; number++)
                    Assert.True(queue.TryPost(new Numbered(number)));
            }, TestContext.Current.CancellationToken);
            var reading = Task.Run(() =>
            {
                ready.SignalAndWait(TestContext.Current.CancellationToken);
                while (!Volatile.Read(ref ended))
                    queue.SetAside();
            }, TestContext.Current.CancellationToken);
            ready.SignalAndWait(TestContext.Current.CancellationToken);
            Thread.SpinWait(times % 500);
            queue.GoOnIn(successor);
            await posting;
            Volatile.Write(ref ended, true);
            await reading;

            var taken = new List<int>();
            while (successor.TryTake(isHeld: false, out var request))
                taken.Add(((Numbered)request).Number);
            Assert.Equal(Enumerable.Range(0, Requests), taken);
            Assert.True(queue.IsEmpty);
            Assert.Equal((0, 0), (queue.Weight, successor.Weight));
        }
    }

    [Fact]
    public async Task TryPost_WhenTheWantedWeightIsReached_WakesTheReaderHoweverTheyMeet()
    {
        using var meters = new GrainMeters(new ManualClock());
        for (var times = 0; times < 2_000; times++)
        {
            using var queue = new LoopQueue(1_000, meters);
            using var ready = new Barrier(2);
            var sleeping = Task.Run(() =>
            {
                ready.SignalAndWait(TestContext.Current.CancellationToken);
                queue.Sleep(TimeSpan.FromMinutes(5), wantedWeight: 3, () => queue.Weight >= 3);
            }, TestContext.Current.CancellationToken);
            ready.SignalAndWait(TestContext.Current.CancellationToken);
            Thread.SpinWait(times % 200);
            for (var number = 0; number < 3; number++)
                Assert.True(queue.TryPost(new Numbered(number)));
            await sleeping.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task TryPost_OfWhatNeedNotWaitForATurn_WakesTheReaderWhateverItWants()
    {
        using var meters = new GrainMeters(new ManualClock());
        using var queue = new LoopQueue(1_000, meters);
        var sleeping = Task.Run(() => queue.Sleep(TimeSpan.FromMinutes(5), int.MaxValue, () => false), TestContext.Current.CancellationToken);

        queue.TryPost(new Numbered(1, isExpress: true));

        await sleeping.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void SetAside_WhenACallersRequestWeighsNothing_KeepsItFromTheHeldLoop()
    {
        using var meters = new GrainMeters(new ManualClock());
        using var queue = new LoopQueue(10, meters);
        queue.TryPost(new Numbered(1, weight: 0));
        queue.TryPost(new Numbered(2, weight: 0, isBetweenLoops: true));
        queue.SetAside();
        Assert.True(queue.TryTake(isHeld: true, out var request));
        Assert.Equal(2, ((Numbered)request).Number);
        Assert.False(queue.TryTake(isHeld: true, out _));
        Assert.True(queue.IsDone(isHeld: true));
        Assert.True(queue.TryTake(isHeld: false, out request));
        Assert.Equal(1, ((Numbered)request).Number);
    }

    private sealed class Numbered(int number, int weight = 1, bool isBetweenLoops = false, bool isExpress = false) : PartitionRequest
    {
        public int Number => number;

        internal override int Weight => weight;

        internal override bool IsExpress => isExpress;

        internal override bool IsBetweenLoops => isBetweenLoops;

        internal override void Apply(PartitionLoop loop)
        {
        }

        internal override void Fail(Exception failure) => Assert.Fail(failure.Message);
    }
}
