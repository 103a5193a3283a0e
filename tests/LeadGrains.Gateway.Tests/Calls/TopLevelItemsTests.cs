using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Tests.Calls;

public sealed class TopLevelItemsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("0a000a00", 2)]
    [InlineData("0a020a000a00", 2)] // What an item holds is none.
    [InlineData("08010a001001", 1)] // A number in field 1 is none.
    [InlineData("8a80000a00", 1)] // A tag that is longer than it needs to be, and its length.
    [InlineData("8a8000000a00", 2)]
    [InlineData("0d010203040a00", 1)]
    [InlineData("0901020304050607080a00", 1)]
    [InlineData("1b0a001c0a00", 2)] // Within a group, which no request has.
    [InlineData("0a000f0a00", 1)] // A kind that there is none of.
    [InlineData("0a000a05", 2)] // Cut off.
    public void Count_OfBytes_IsOfItemsAtTheTop(string hex, int count)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(count, TopLevelItems.Count(new ReadOnlySequence<byte>(bytes)));
    }

    [Fact]
    public void Count_OfAnyBytes_IsAtLeastWhatAParserReads() => Prop.ForAll(
        Gen.ListOf(Gen.Elements<byte>(0, 1, 2, 8, 10, 18, 11, 12, 26, 128, 138, 255)).ToArbitrary(),
        list =>
        {
            byte[] bytes = [.. list];
            try
            {
                return TopLevelItems.Count(new ReadOnlySequence<byte>(bytes)) >= V1.UpsertContactsRequest.Parser.ParseFrom(bytes).Contacts.Count;
            }
            catch (InvalidProtocolBufferException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
}
