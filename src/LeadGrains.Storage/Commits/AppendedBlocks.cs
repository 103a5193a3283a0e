using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Commits;

/// <summary>The blocks of some appends, one after the other. An enumerator of an interface would cost an object each time.</summary>
internal readonly struct AppendedBlocks(List<JournalAppend> appends)
{
    public Enumerator GetEnumerator() => new(appends);

    public struct Enumerator(List<JournalAppend> appends)
    {
        private IReadOnlyList<JournalBlock> _blocks = [];
        private int _nextAppend;
        private int _block = -1;

        public readonly JournalBlock Current => _blocks[_block];

        public bool MoveNext()
        {
            _block++;
            while (_block >= _blocks.Count)
            {
                if (_nextAppend == appends.Count)
                    return false;
                _blocks = appends[_nextAppend++].Blocks;
                _block = 0;
            }

            return true;
        }
    }
}
