using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Grains.Tests;

public sealed class KeyHashTests
{
    // Stores are laid out by these. A change here means that no existing store can be read.
    [Theory]
    [InlineData("default", GrainKind.Contact, "", 0x42DA_5103_061A_9F4D)]
    [InlineData("default", GrainKind.Contact, "a", 0xA654_EA34_4910_619C)]
    [InlineData("default", GrainKind.Contact, "ann", 0x52A9_0106_2900_54DB)]
    [InlineData("default", GrainKind.Contact, "anna", 0x21CA_39C5_DA22_94A3)]
    [InlineData("default", GrainKind.Contact, "contact-000001", 0x0850_6643_D54F_6961)]
    [InlineData("default", GrainKind.Contact, "ann.smith@acme.co.uk", 0x5485_44D3_F8AA_020F)]
    [InlineData("default", GrainKind.Contact, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", 0x3E26_3C79_6805_0C0E)]
    [InlineData("default", GrainKind.Account, "ann", 0x330B_DAF5_A666_42D2)]
    [InlineData("default", GrainKind.Account, "acme.com", 0x565A_5191_FC1D_2A58)]
    [InlineData("other", GrainKind.Account, "acme.com", 0x1577_BA4C_B4C8_285C)]
    [InlineData("default", GrainKind.Account, "名前", 0xA1E0_FDEF_6A73_0B1A)]
    public void Of_WhenTheKeyIsKnown_GivesTheStoredHash(string workspace, GrainKind kind, string id, ulong hash) =>
        Assert.Equal($"{hash:X16}", $"{KeyHash.Of(new GrainKey(workspace, kind, id)):X16}");

    [Theory]
    [InlineData(0x0000_0000_0000_0000, 16, 0)]
    [InlineData(0x0FFF_FFFF_FFFF_FFFF, 16, 0)]
    [InlineData(0x1000_0000_0000_0000, 16, 1)]
    [InlineData(0xFFFF_FFFF_0000_0000, 16, 15)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF, 64, 63)]
    [InlineData(0x5555_5556_0000_0000, 3, 1)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF, 1, 0)]
    public void PartitionOf_WhenTheHashIsKnown_GivesTheStoredPartition(ulong hash, int partitions, int partition) =>
        Assert.Equal(partition, KeyHash.PartitionOf(hash, partitions));

    [Fact]
    public void Of_WhenGivenAnyBytes_FollowsItsDefinition() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        id => KeyHash.Of("w"u8, GrainKind.Account, id) == Defined(Defined(2, "w"u8.ToArray()), id)).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_WhenIdsAreLong_FollowsItsDefinition()
    {
        for (var length = 0; length <= 200; length++)
        {
            var id = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            Assert.Equal(Defined(Defined(1, []), id), KeyHash.Of(default, GrainKind.Contact, id));
        }
    }

    [Fact]
    public void Of_WhenTheKeyIsText_HashesItsUtf8() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        ArbMap.Default.ArbFor<NonNull<string>>(),
        (workspace, id) =>
            KeyHash.Of(new GrainKey(workspace.Get, GrainKind.Contact, id.Get))
            == KeyHash.Of(Encoding.UTF8.GetBytes(workspace.Get), GrainKind.Contact, Encoding.UTF8.GetBytes(id.Get))).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_WhenTheIdIsVeryLong_HashesItsUtf8()
    {
        var id = new string('ü', 5_000);

        Assert.Equal(KeyHash.Of("default"u8, GrainKind.Contact, Encoding.UTF8.GetBytes(id)), KeyHash.Of(new GrainKey("default", GrainKind.Contact, id)));
    }

    [Fact]
    public void Of_WhenALetterMovesFromWorkspaceToId_Differs() =>
        Assert.NotEqual(KeyHash.Of("ab"u8, GrainKind.Contact, "c"u8), KeyHash.Of("a"u8, GrainKind.Contact, "bc"u8));

    [Fact]
    public void Of_WhenTextsAreShort_TellsThemApart()
    {
        var texts = Enumerable.Range(0, 256).Select(one => (byte[])[(byte)one])
            .Concat(Enumerable.Range(0, 65_536).Select(two => (byte[])[(byte)two, (byte)(two >> 8)]))
            .Append([]).ToList();
        foreach (var kind in Enum.GetValues<GrainKind>())
        {
            Assert.Equal(texts.Count, texts.Select(id => KeyHash.Of("default"u8, kind, id)).Distinct().Count());
            Assert.Equal(texts.Count, texts.Select(workspace => KeyHash.Of(workspace, kind, "ann"u8)).Distinct().Count());
        }
    }

    [Fact]
    public void Of_WhenABlockCancelsAFactor_StillDependsOnWhatCameBefore()
    {
        // K1 as the first half of a block makes that factor 0.
        byte[] block = [.. BitConverter.GetBytes(0x9E37_79B9_7F4A_7C15), .. "12345678"u8];

        Assert.NotEqual(
            KeyHash.Of("a"u8, GrainKind.Contact, [.. block, .. "tail"u8]), KeyHash.Of("b"u8, GrainKind.Contact, [.. block, .. "tail"u8]));
    }

    [Theory]
    [InlineData("contact-{0:D6}", 16)]
    [InlineData("contact-{0:D6}", 64)]
    [InlineData("{0}", 64)]
    [InlineData("company{0}.example.com", 48)]
    [InlineData("00000000-0000-0000-0000-{0:D12}", 64)]
    public void PartitionOf_WhenIdsAreCounted_SpreadsThemEvenly(string form, int partitions)
    {
        const int Keys = 200_000;
        var counts = new int[partitions];
        for (var i = 0; i < Keys; i++)
            counts[KeyHash.PartitionOf(KeyHash.Of(new GrainKey("default", GrainKind.Contact, string.Format(null, form, i))), partitions)]++;

        // Chi-squared with so many degrees of freedom stays below this but once in a million.
        var expected = (double)Keys / partitions;
        var chiSquared = counts.Sum(count => (count - expected) * (count - expected) / expected);
        var freedom = partitions - 1;
        Assert.InRange(chiSquared, 0, freedom + (5 * Math.Sqrt(2 * freedom)) + 16);
    }

    [Fact]
    public void Of_WhenIdsShareAPartition_SpreadsTheirLowerBits()
    {
        var slots = new int[64];
        var kept = 0;
        for (var i = 0; i < 400_000; i++)
        {
            var hash = KeyHash.Of(new GrainKey("default", GrainKind.Contact, $"contact-{i}"));
            if (KeyHash.PartitionOf(hash, 64) != 5)
                continue;
            slots[hash % 64]++;
            kept++;
        }

        var expected = kept / 64.0;
        Assert.All(slots, count => Assert.InRange(count, expected - (6 * Math.Sqrt(expected)), expected + (6 * Math.Sqrt(expected))));
    }

    [Fact]
    public void Of_WhenOneBitOfTheIdChanges_ChangesHalfOfTheHash()
    {
        const int Ids = 200;
        var flips = new int[64];
        var trials = 0;
        for (var i = 0; i < Ids; i++)
        {
            var id = Encoding.UTF8.GetBytes($"contact-{i:D9}@acme.com"[..(4 + (i % 22))]);
            var hash = KeyHash.Of("default"u8, GrainKind.Contact, id);
            for (var bit = 0; bit < id.Length * 8; bit++, trials++)
            {
                id[bit / 8] ^= (byte)(1 << (bit % 8));
                var changed = hash ^ KeyHash.Of("default"u8, GrainKind.Contact, id);
                id[bit / 8] ^= (byte)(1 << (bit % 8));
                for (var at = 0; at < 64; at++)
                    flips[at] += (int)(changed >> at) & 1;
            }
        }

        Assert.All(flips, count => Assert.InRange((double)count / trials, 0.48, 0.52));
    }

    // The definition in StableHash's documentation, in the plainest arithmetic.
    private static ulong Defined(ulong seed, byte[] bytes)
    {
        const ulong K0 = 0x082E_FA98_EC4E_6C89;
        const ulong K1 = 0x9E37_79B9_7F4A_7C15, K2 = 0x243F_6A88_85A3_08D3, K3 = 0x1319_8A2E_0370_7344, K4 = 0xA409_3822_299F_31D0;
        var hash = seed ^ K0;
        var rest = bytes;
        for (; rest.Length > 16; rest = rest[16..])
            hash = Mix(Word(rest[..8]) ^ K1, Word(rest[8..16]) ^ hash);
        var (a, b) = rest.Length switch
        {
            >= 8 => (Word(rest[..8]), Word(rest[^8..])),
            >= 4 => (Word(rest[..4]), Word(rest[^4..])),
            >= 1 => (Word([rest[0], rest[rest.Length / 2], rest[^1]]), 0UL),
            _ => (0UL, 0UL),
        };
        return Mix(Mix(a ^ K2, b ^ hash) ^ K3, (ulong)bytes.Length ^ K4);
    }

    private static ulong Word(byte[] bytes) => bytes.Index().Aggregate(0UL, (word, one) => word | ((ulong)one.Item << (8 * one.Index)));

    private static ulong Mix(ulong a, ulong b)
    {
        var product = new BigInteger(a) * b;
        return a ^ b ^ (ulong)(product & ulong.MaxValue) ^ (ulong)(product >> 64);
    }
}
