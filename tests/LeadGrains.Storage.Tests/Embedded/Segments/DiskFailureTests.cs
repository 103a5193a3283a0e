using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>A disk that fails stops the journal for good, and nothing is answered before it is on disk.</summary>
public sealed class DiskFailureTests : IDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly FaultyDisk _disk = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    public async Task Append_WhenTheDiskFails_FailsAllForEverWithoutTryingAgain(string operation)
    {
        await using (var journal = _folder.Open(1 << 16, _disk))
        {
            await journal.AppendAsync(Blocks.Of(0, 1));
            _disk.Before = done =>
            {
                if (done.StartsWith(operation, StringComparison.Ordinal))
                    throw new IOException("the disk is gone");
            };
            var failure = await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(0, 2)));
            Assert.Contains("commit 2", failure.Message, StringComparison.Ordinal);
            Assert.Contains("the disk is gone", failure.Message, StringComparison.Ordinal);

            _disk.Before = _ => { };
            var operations = _disk.Log.Length;
            Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(0, 3))));
            Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(1, 1))));
            Assert.Equal(operations, _disk.Log.Length);
            Assert.Equal(1, journal.LastSequence(0));
            JournalCalls.AssertSame([Blocks.Of(0, 1)], journal.ReadAll());
        }

        await using var again = _folder.Open(1 << 16);
        JournalCalls.AssertSame([Blocks.Of(0, 1)], again.ReadAll().Take(1));
        Assert.Equal(0, again.LastSequence(1));
    }

    [Theory]
    [InlineData("create 0000000002.seg.tmp")]
    [InlineData("rename 0000000002.seg")]
    [InlineData("flush folder")]
    [InlineData("set length")]
    [InlineData("create 0000000001.idx.tmp")]
    public async Task Append_WhenASegmentCannotBeBegunOrSealed_StopsForGood(string operation)
    {
        var acknowledged = 0;
        var journal = _folder.Open(1_024, _disk);
        await using (journal)
        {
            _disk.Before = done =>
            {
                if (done.StartsWith(operation, StringComparison.Ordinal))
                    throw new IOException("no space left");
            };
            var failure = await Assert.ThrowsAsync<IOException>(async () =>
            {
                for (var i = 1; i <= 50; i++)
                {
                    await journal.AppendAsync(Blocks.Of(0, i, signalBytes: 100));
                    acknowledged = i;
                }
            });
            Assert.Contains("no space left", failure.Message, StringComparison.Ordinal);
            Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(1, 1))));
        }

        Assert.InRange(acknowledged, 1, 49);
        await using var again = _folder.Open(1_024);
        JournalCalls.AssertSame(
            Enumerable.Range(1, acknowledged).Select(i => Blocks.Of(0, i, signalBytes: 100)), again.ReadAll());
    }

    [Fact]
    public async Task Append_WhenAnswered_WasFlushedBefore()
    {
        var committer = 0;
        int opened;
        await using (var journal = _folder.Open(1_024, _disk))
        {
            opened = _disk.Log.Length;
            for (var i = 1; i <= 20; i++)
            {
                var append = new TestAppend(Blocks.Of(0, i, signalBytes: 100))
                {
                    OnCompleted = () =>
                    {
                        committer = Environment.CurrentManagedThreadId;
                        _disk.Note("answer");
                    },
                };
                journal.Append(append);
                await append.Done;
            }
        }

        // Before each answer a flush after the last write, and before the first one in a new file a flush of the folder.
        // Beside the one that commits and answers, others fill the next file and write indexes.
        string[] log = [.. _disk.Log.Take(opened), .. _disk.LogOf(committer, opened)];
        var flushed = false;
        var named = false;
        foreach (var operation in log)
        {
            flushed = operation switch { "flush" => true, _ when operation.StartsWith("write", StringComparison.Ordinal) => false, _ => flushed };
            named = operation switch { "flush folder" => true, _ when operation.StartsWith("rename", StringComparison.Ordinal) => false, _ => named };
            Assert.True(operation != "answer" || (flushed && named), string.Join('\n', log));
        }

        Assert.Equal(20, log.Count(operation => operation == "answer"));
        Assert.Contains(log, operation => operation.StartsWith("rename", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_WhenTheLastCommitMayNotBeOnDisk_WritesAndFlushesItAgain()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1), Blocks.Of(0, 2));
        var last = _folder.CommitOffsets(1)[1];
        await using var journal = _folder.Open(4_096, _disk);
        Assert.Equal([$"write {last}", "flush"], _disk.Log);
    }
}
