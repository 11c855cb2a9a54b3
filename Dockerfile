# The sandbox's image: an interpreter, the test runner, and the supervisor; nothing that a patch could use.
# Built by `reroll image build`, from a context that holds `sandbox/` and the packages of the test runner.
# A bug that names its own image is built on that one in the same way.
# The base is pinned by its version. To pin the bytes too, give a digest: `reroll image build --base python@sha256:...`;
# one is not written here because a machine without a registry makes its base from Debian's packages instead.
ARG BASE=python:3.11.9-slim-bookworm
FROM ${BASE}
COPY packages /opt/reroll/packages
COPY sandbox /opt/reroll/sandbox
RUN chmod -R u=rwX,go=rX /opt/reroll \
 && find / -xdev -type f -perm /6000 -exec chmod ug-s {} + \
 && rm -rf /tmp && mkdir -p -m 0755 /work && ln -s work/tmp /tmp \
 && (python3 -m compileall -q --invalidation-mode unchecked-hash /opt/reroll || true) \
 && library="$(python3 -c 'import os; print(os.path.dirname(os.__file__))')" \
 && (ls "$library"/__pycache__/os.*.pyc > /dev/null 2>&1 \
     || python3 -m compileall -q --invalidation-mode unchecked-hash "$library" || true)
WORKDIR /work
ENTRYPOINT ["python3", "-s", "-B", "/opt/reroll/sandbox/supervisor.py"]
