using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Grains.Wire;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Wire;

public sealed class MessageWriterTests
{
    private static readonly Gen<long> Numbers = Gen.OneOf(
        Gen.Choose(-300, 300).Select(value => (long)value), Gen.Elements<long>(127, 128, 16_383, 16_384, 1L << 35, long.MaxValue, long.MinValue));

    private static readonly Gen<double> Doubles = Gen.Elements(0, -0.0, 1.5, double.NaN, double.NegativeInfinity, double.Epsilon);

    private static readonly Gen<string> Texts =
        from text in Gen.Elements("a", "ü", "\U0001F600", "")
        from times in Gen.Elements(1, 2, 40, 127, 128, 6_000)
        select string.Concat(Enumerable.Repeat(text, times));

    [Fact]
    public void Message_OfAnyFields_IsWhatTheGeneratedTypeWrites() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Arb.From(
                from numbers in Numbers.ArrayOf(6)
                from doubles in Doubles.ArrayOf(14)
                from texts in Texts.ArrayOf(5)
                select (numbers, doubles, texts)),
            sample =>
            {
                var (numbers, doubles, texts) = sample;
                var to = new MessageWriter();
                Write(to, numbers, doubles, texts);
                Assert.Equal(Generated(numbers, doubles, texts).ToByteArray(), to.Written.ToArray());

                to.Clear();
                Assert.True(to.Written.IsEmpty);
                Write(to, numbers, doubles, texts);
                Assert.Equal(Generated(numbers, doubles, texts).ToByteArray(), to.Written.ToArray());
            }));

    private static Stored.ContactState Generated(long[] numbers, double[] doubles, string[] texts) => new()
    {
        LastSequence = (ulong)numbers[0],
        Email = texts[0],
        SignalledAccountAtTicks = numbers[1],
        EmailUpserted = numbers[2] > 0,
        Traits = { texts.Select(text => new Stored.Trait { Name = text, Value = new Stored.TraitValue { Text = text } }) },
        Intent = new Stored.IntentState
        {
            Groups = { doubles.Select(value => new Stored.GroupState { AtTicks = numbers[3], Points = value }) },
            Velocity = new Stored.VelocityState { NewestDay = (int)numbers[4], Points = { doubles } },
            Windows = { new Stored.WindowState { AtDeltas = { numbers }, Marks = { numbers.Select(number => (uint)number) } } },
            ObjectCounts = { numbers.Select(number => new Stored.ObjectCount { Object = (ulong)number }) },
        },
        CompanyName = texts[1],
        Brought = { new Stored.BroughtSignals { Hashes = ByteString.CopyFromUtf8(texts[2]) } },
        Run = new Stored.ActivityRunState { DormantSinceTicks = numbers[5] },
    };

    private static void Write(MessageWriter to, long[] numbers, double[] doubles, string[] texts)
    {
        to.Number(Stored.ContactState.LastSequenceFieldNumber, numbers[0]);
        to.Text(Stored.ContactState.EmailFieldNumber, texts[0]);
        to.Number(Stored.ContactState.SignalledAccountAtTicksFieldNumber, numbers[1]);
        to.Truth(Stored.ContactState.EmailUpsertedFieldNumber, numbers[2] > 0);
        foreach (var text in texts)
        {
            var trait = to.Begin(Stored.ContactState.TraitsFieldNumber);
            to.Bytes(Stored.Trait.NameFieldNumber, System.Text.Encoding.UTF8.GetBytes(text));
            var value = to.Begin(Stored.Trait.ValueFieldNumber);
            to.TextAlways(Stored.TraitValue.TextFieldNumber, text);
            to.End(value);
            to.End(trait);
        }

        var intent = to.Begin(Stored.ContactState.IntentFieldNumber);
        WriteIntent(to, numbers, doubles);
        to.End(intent);
        var brought = to.Begin(Stored.ContactState.BroughtFieldNumber);
        to.Bytes(Stored.BroughtSignals.HashesFieldNumber, System.Text.Encoding.UTF8.GetBytes(texts[2]));
        to.End(brought);
        var run = to.Begin(Stored.ContactState.RunFieldNumber);
        to.NumberAlways(Stored.ActivityRunState.DormantSinceTicksFieldNumber, numbers[5]);
        to.End(run);
        to.Text(Stored.ContactState.CompanyNameFieldNumber, texts[1]);
    }

    private static void WriteIntent(MessageWriter to, long[] numbers, double[] doubles)
    {
        foreach (var value in doubles)
        {
            var group = to.Begin(Stored.IntentState.GroupsFieldNumber);
            to.Number(Stored.GroupState.AtTicksFieldNumber, numbers[3]);
            to.Double(Stored.GroupState.PointsFieldNumber, value);
            to.End(group);
        }

        var velocity = to.Begin(Stored.IntentState.VelocityFieldNumber);
        to.Number(Stored.VelocityState.NewestDayFieldNumber, (int)numbers[4]);
        Packed(to, Stored.VelocityState.PointsFieldNumber, doubles, to.Item);
        to.End(velocity);
        var window = to.Begin(Stored.IntentState.WindowsFieldNumber);
        Packed(to, Stored.WindowState.AtDeltasFieldNumber, numbers, to.SignedItem);
        Packed(to, Stored.WindowState.MarksFieldNumber, numbers, number => to.Item((uint)number));
        to.End(window);
        foreach (var number in numbers)
        {
            var count = to.Begin(Stored.IntentState.ObjectCountsFieldNumber);
            to.Fixed64(Stored.ObjectCount.ObjectFieldNumber, (ulong)number);
            to.End(count);
        }
    }

    private static void Packed<T>(MessageWriter to, int field, T[] items, Action<T> write)
    {
        var begun = to.Begin(field);
        foreach (var item in items)
            write(item);
        to.End(begun);
    }
}
