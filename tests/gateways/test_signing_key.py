import stat
from concurrent.futures import ThreadPoolExecutor

from eventsapp.gateways import signing_key


def test_the_key_is_made_once_and_read_only_by_its_owner(tmp_path):
    first = signing_key.signing_key(tmp_path).private_bytes_raw()
    signing_key.signing_key.cache_clear()

    assert signing_key.signing_key(tmp_path).private_bytes_raw() == first
    mode = stat.S_IMODE((tmp_path / signing_key.FILE_NAME).stat().st_mode)
    assert mode == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [signing_key.FILE_NAME]


def test_processes_that_start_together_sign_with_one_key(tmp_path):
    def start(_number):
        return signing_key.signing_key.__wrapped__(tmp_path).private_bytes_raw()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1
